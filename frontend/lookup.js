import { on } from "./shared.js";

const WAIT = 200; // milliseconds after the last key, so that a name is asked for once

/** A field that names an entry offers those that fit what is typed. Without the script its whole name is typed. */
export const lookups = (root) => {
  on(root, "[data-lookup]", "input", (event, box) => {
    clearTimeout(box.waiting);
    box.waiting = setTimeout(() => offer(box), WAIT);
  });
  on(root, "[data-lookup]", "focus", (event, box) => offer(box));
};

const offer = async (box) => {
  const typed = box.value.trim();
  if (box.asked === typed) return;
  box.asked = typed;
  try {
    const answer = await fetch(`${box.dataset.lookup}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || box.value.trim() !== typed) return;
    const offered = await answer.json();
    box.list.textContent = "";
    offered.found.forEach((one) => {
      const option = document.createElement("option");
      option.value = one.value;
      option.label = one.note ? `${one.value} · ${one.note}` : one.value;
      box.list.append(option);
    });
  } catch {
    box.asked = null; // no connection: the next key asks again
  }
};
