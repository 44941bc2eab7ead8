// A document beside its findings, by keyboard: j and k go through the findings, a accepts, s sets aside with a reason.
import { all } from "./shared.js";

const findings = () => all(document, "[data-finding]");
const here = () => document.querySelector("[data-finding].here");

const show = (one, { focus = true } = {}) => {
  const before = here();
  if (before) before.classList.remove("here");
  all(document, ".found.here").forEach((mark) => mark.classList.remove("here"));
  one.classList.add("here");
  all(document, `.found[href="#${one.id}"]`).forEach((mark) => mark.classList.add("here"));
  const mark = document.getElementById(one.dataset.at);
  const box = mark && mark.closest(".review-text");
  if (box && box.scrollHeight > box.clientHeight) box.scrollTop = mark.offsetTop - box.offsetTop - box.clientHeight / 3;
  if (focus) one.focus({ preventScroll: true });
  one.scrollIntoView({ block: "nearest" });
};

const step = (by) => {
  const list = findings();
  if (!list.length) return false;
  const at = list.indexOf(here());
  show(list[Math.min(Math.max(at < 0 ? 0 : at + by, 0), list.length - 1)]);
  return true;
};

const press = (selector) => {
  const one = here();
  const button = one && one.querySelector(selector);
  if (!button) return false;
  button.click();
  if (selector === "[data-set-aside]") {
    const why = one.querySelector("textarea");
    button.closest("details").open = true;
    why.focus();
  }
  return true;
};

export const REVIEW_KEYS = { j: () => step(1), k: () => step(-1), a: () => press("[data-accept]"), s: () => press("[data-set-aside]") };

/** Begins at the finding that the address names, else at the first that is open; after a decision at the next. */
export const startReview = () => {
  if (!document.querySelector("[data-review]")) return;
  const list = findings();
  const named = location.hash.startsWith("#found-") && document.getElementById(location.hash.slice(1));
  const decided = named ? list.indexOf(named.closest("[data-finding]")) : -1;
  const open = (one) => one.querySelector("[data-accept]");
  const next = list.slice(decided + 1).find(open) || list.find(open);
  if (next && decided >= 0) show(next);
  all(document, ".found").forEach((mark) =>
    mark.addEventListener("click", () => {
      const one = document.querySelector(mark.getAttribute("href"));
      if (one) show(one);
    }),
  );
};
