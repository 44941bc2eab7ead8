// A live event: the state is polled from a file that any cache may serve, and what changed is put into the page.
import { asksAgain } from "./asking.js";
import { all, on } from "./shared.js";

const LEAST = 3000;
const SPREAD = 5000;

export const startLive = (root) => {
  const live = root.querySelector("[data-live]");
  if (!live) return;
  const base = live.dataset.live;
  let version = live.dataset.version;
  let piece = "";
  const gone = () => !document.contains(live);
  const put = (selector, value) => all(live, selector).forEach((one) => (one.textContent = value));

  const shown = async (state) => {
    const name = state.pieces[live.dataset.lang] || state.pieces["zh-hans"];
    if (name === piece) return;
    const answer = await fetch(base + name);
    if (!answer.ok) throw new Error(answer.status);
    const html = new DOMParser().parseFromString(await answer.text(), "text/html");
    const box = live.querySelector("[data-live-shown]");
    box.textContent = "";
    box.append(...html.body.childNodes); // old phones know no replaceChildren
    piece = name;
  };

  const draw = async (state) => {
    if ("open" in live.dataset && !state.open) return location.reload();
    put("[data-live-people]", state.people);
    put("[data-live-all]", state.all);
    for (const kind of Object.keys(state.reactions)) put(`[data-live-count="${kind}"]`, state.reactions[kind]);
    await shown(state);
    version = state.version;
  };

  const poll = async () => {
    const answer = await fetch(`${base}state.json`);
    if (!answer.ok) throw new Error(answer.status);
    const state = await answer.json();
    if (state.version !== version) await draw(state);
  };

  // one sign in 40 to 60 seconds that somebody is there, as long as the page is in sight
  const sign = () => {
    if (gone() || !("open" in live.dataset) || "watches" in live.dataset) return;
    if (!document.hidden) fetch(`${base}here/`, { method: "POST" }).catch(() => {});
    setTimeout(sign, 40_000 + Math.random() * 20_000);
  };

  on(live, "[data-live-react] button", "click", async (event, button) => {
    event.preventDefault();
    event.stopPropagation();
    button.setAttribute("aria-disabled", "true");
    const body = new URLSearchParams({ kind: button.value });
    try {
      const answer = await fetch(`${base}react/`, { method: "POST", headers: { "X-Requested-With": "fetch" }, body });
      const count = button.querySelector("b");
      if (answer.ok) count.textContent = Number(count.textContent) + 1;
    } catch (fault) {
      // without a signal it does not count
    }
    setTimeout(() => button.removeAttribute("aria-disabled"), 1200);
  });

  asksAgain(poll, { least: LEAST, spread: SPREAD, gone, rests: () => !("open" in live.dataset) });
  setTimeout(sign, 40_000 + Math.random() * 20_000);
};
