import { coverage } from "./coverage.js";
import { startKeys } from "./keys.js";
import { lookups } from "./lookup.js";
import { points } from "./point.js";
import { startReview } from "./review.js";
import { saves } from "./save.js";
import { all, start } from "./shared.js";
import { startWatch } from "./watch.js";

start(document);
lookups(document);
saves(document);
points(document);
coverage(document);
startReview();
startWatch(document);

// The chosen row stands in sight; nothing else moves.
all(document, ".list").forEach((list) => {
  const row = list.querySelector(".row.on");
  if (row && row.offsetTop > list.clientHeight - row.offsetHeight) list.scrollTop = row.offsetTop - list.clientHeight / 3;
});

// Choosing a ground puts the wording that stands below it into the text, unless something else was written there.
all(document, "input[data-fills]").forEach((choice) => {
  const wording = (one) => ((one.parentNode.querySelector("small") || {}).textContent || "").trim();
  choice.addEventListener("change", () => {
    const box = document.getElementById(choice.dataset.fills);
    const others = all(document, `input[data-fills="${choice.dataset.fills}"]`).map(wording);
    if (!box || (box.value.trim() && !others.includes(box.value.trim()))) return;
    box.value = wording(choice);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
});

// "Merge into this one" beside a similar matter puts its number into the form that the link opens.
all(document, "a[data-fill]").forEach((link) =>
  link.addEventListener("click", () => {
    const box = document.querySelector(`${link.hash} input[type=text]`);
    if (!box) return;
    box.value = link.dataset.fill;
    document.querySelector(link.hash).scrollIntoView({ block: "center" });
  }),
);

// Long work shows how far it is: its section is fetched again every few seconds until it is done.
const renew = (section) => {
  if (!section || !section.dataset.renews) return;
  setTimeout(async () => {
    try {
      const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-renews], .printing");
      const typing = section.contains(document.activeElement) && document.activeElement.matches("input, select, textarea, summary");
      if (typing || section.querySelector("details[open]")) return renew(section); // nothing is taken from under somebody's hands
      if (answer.ok && fresh) section.replaceWith(fresh);
      renew(answer.ok ? fresh : section);
    } catch (fault) {
      renew(section); // without a signal it looks again later
    }
  }, Number(section.dataset.renews) * 1000);
};
renew(document.querySelector("[data-renews]"));

startKeys();
