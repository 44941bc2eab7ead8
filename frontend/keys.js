// The desk by keyboard: j and k through a list, x to choose, a to act, / to search, ? for what there is. Nothing of it
// while something is being typed, and nothing at all once switched off (WCAG 2.1.4).
import { REVIEW_KEYS } from "./review.js";
import { all } from "./shared.js";

const KEPT = "tingchao-keys";
const typing = (event) => event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");
const inSight = (one) => Boolean(one && one.offsetParent);
const rows = () => all(document, ".list a.row");

const isOff = () => {
  try {
    return localStorage.getItem(KEPT) === "off";
  } catch {
    return false;
  }
};

const switchTo = (off) => {
  try {
    localStorage.setItem(KEPT, off ? "off" : "on");
  } catch {
    // without storage the choice lasts as long as the page
  }
};

/** On a list the next row gets the focus; beside a matter the next matter opens. */
const move = (step) => {
  const list = rows();
  const beside = list.findIndex((row) => row.classList.contains("on"));
  if (beside >= 0 || document.querySelector("[data-matter]")) {
    const next = list[beside + step];
    if (beside >= 0 && next) location.assign(next.href);
    return true;
  }
  const line = document.activeElement && document.activeElement.closest(".line");
  const here = list.findIndex((row) => row.closest(".line") === line);
  const next = here < 0 ? list[0] : list[here + step] || (step > 0 && document.querySelector(".list .more"));
  if (!next) return false;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
};

const choose = () => {
  const line = document.activeElement && document.activeElement.closest(".line");
  const box = line && line.querySelector("input[type=checkbox]");
  if (box) box.click();
  return Boolean(box);
};

/** The first action of a matter opens; one that would be done at once is only pointed at. Of a list: what was chosen. */
const act = () => {
  const together = document.querySelector(".together.is-on button[type=submit]");
  const first = document.querySelector(".acts .acts-row .btn");
  if (inSight(together)) together.focus();
  else if (inSight(first) && first.matches("a")) first.click();
  else if (inSight(first)) first.focus();
  return inSight(together) || inSight(first);
};

const focusOn = (selector) => {
  const found = document.querySelector(selector);
  if (!inSight(found)) return false;
  found.focus();
  return true;
};

const back = () => {
  const link = document.querySelector("[data-list-url]");
  if (link) location.assign(link.dataset.listUrl);
  return Boolean(link);
};

const KEYS = { j: () => move(1), k: () => move(-1), x: choose, a: act, u: back, "/": () => focusOn(".searchbar .box") };

/** The sheet that lists the keys: the focus stays in it, Esc and its button close it. */
const sheetOf = (sheet) => {
  let before = null;
  const inside = () => all(sheet, "button, input");
  const close = () => {
    sheet.hidden = true;
    if (before) before.focus();
  };
  const open = () => {
    before = document.activeElement;
    sheet.hidden = false;
    sheet.querySelector("[role=dialog]").focus();
  };
  const box = sheet.querySelector("input");
  box.checked = !isOff();
  box.addEventListener("change", () => switchTo(!box.checked));
  sheet.addEventListener("click", (event) => {
    if (event.target === sheet || event.target.closest("[data-close]")) close();
  });
  const trapped = (event) => {
    if (event.key === "Escape") close();
    if (event.key !== "Tab") return;
    const stops = inside();
    const last = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (document.activeElement !== last && stops.includes(document.activeElement)) return;
    event.preventDefault();
    stops[event.shiftKey ? stops.length - 1 : 0].focus();
  };
  all(document, "[data-keys]").forEach((button) => button.addEventListener("click", open));
  return { open, trapped, shown: () => !sheet.hidden };
};

const together = () => {
  const form = document.querySelector(".together");
  if (!form) return;
  const boxes = () => all(document, ".line input[type=checkbox]");
  const every = form.querySelector("[data-every]");
  const show = () => {
    const chosen = boxes().filter((box) => box.checked);
    form.classList.toggle("is-on", chosen.length > 0);
    form.querySelector("[data-chosen]").textContent = chosen.length || "";
    every.checked = chosen.length > 0 && chosen.length === boxes().length;
    every.indeterminate = chosen.length > 0 && !every.checked;
  };
  boxes().forEach((box) => box.addEventListener("change", show));
  every.addEventListener("change", () => {
    boxes().forEach((box) => (box.checked = every.checked));
    show();
  });
  show();
};

export const startKeys = () => {
  together();
  const place = document.getElementById("keys");
  const sheet = place && sheetOf(place);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (sheet && sheet.shown()) {
      sheet.trapped(event);
      return;
    }
    if (typing(event)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const keys = document.querySelector("[data-review]") ? REVIEW_KEYS : KEYS;
    if (event.key === "?" && sheet) sheet.open();
    else if (isOff() || !keys[event.key] || !keys[event.key]()) return;
    event.preventDefault();
  });
};
