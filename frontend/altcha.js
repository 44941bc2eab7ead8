// A form that has to be proven: the work is done unseen while the page is read, and sent along.
import { solve } from "./proof.js";
import { all } from "./shared.js";

const RESENDS = 3;

const under = new WeakMap();
let resent = 0;

/** Begins to calculate in every form that asks for it; the question comes out where that fails. */
const work = async (place) => {
  const told = place.querySelector("[data-guard-told]");
  told.textContent = told.dataset.working;
  try {
    place.querySelector("[name=guard_work]").value = await solve(JSON.parse(told.dataset.task));
    told.textContent = told.dataset.done;
  } catch {
    told.textContent = "";
    place.querySelector("[data-guard-question]").classList.remove("no-js");
    return;
  }
  const button = place.closest("form").querySelector("[data-submit]");
  if (place.dataset.resend === undefined || !button || resent >= RESENDS) return;
  resent += 1;
  button.click();
};

/** Resolves when whatever a form has to prove is proven; at once when that is nothing. */
export const proven = (form) => {
  const place = form.querySelector('[data-guard="proof"]');
  return place ? under.get(place) : Promise.resolve();
};

export const startGuard = (root) => all(root, '[data-guard="proof"]').forEach((place) => under.set(place, work(place)));
