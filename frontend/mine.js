// The matters that this phone remembers: number, title and address, in the phone's own storage and nowhere else.
import { all, on } from "./shared.js";

const SHELF = "tingchao:mine";
const MOST = 30;

/** What is remembered, the latest first; nothing when the browser keeps nothing. */
const read = () => {
  try {
    const list = JSON.parse(localStorage.getItem(SHELF));
    return Array.isArray(list) ? list.filter((one) => one && one.number && /^\/m\//.test(one.url)) : [];
  } catch {
    return [];
  }
};

const write = (list) => {
  try {
    localStorage.setItem(SHELF, JSON.stringify(list.slice(0, MOST)));
    return true;
  } catch {
    return false; // private windows may refuse
  }
};

const without = (number) => read().filter((one) => one.number !== number);

/** On the page of a matter: whether this phone remembers it, and the way to change that. */
const keeper = (line) => {
  const number = line.dataset.number;
  const show = () => {
    const kept = read().some((one) => one.number === number);
    line.querySelector("[data-kept]").hidden = !kept;
    line.querySelector("[data-keep-off]").hidden = !kept;
    line.querySelector("[data-keep-on]").hidden = kept;
  };
  const change = (list, focus) => {
    if (!write(list)) line.hidden = true;
    show();
    if (focus) line.querySelector(focus).focus();
  };
  const kept = [{ number, title: line.dataset.title, url: line.dataset.url }, ...without(number)];
  on(line, "[data-keep-on]", "click", () => change(kept, "[data-keep-off]"));
  on(line, "[data-keep-off]", "click", () => change(without(number), "[data-keep-on]"));
  if (document.querySelector("[data-fresh]")) change(kept);
  else show();
};

const forget = (item, matter, place) => {
  write(without(matter.number));
  const gone = place.querySelector("[data-mine-gone]").content.firstElementChild.cloneNode(true);
  gone.querySelector("[data-undo]").addEventListener("click", () => {
    write([matter, ...without(matter.number)]);
    gone.replaceWith(item);
    item.querySelector("a").focus();
  });
  item.replaceWith(gone);
  gone.querySelector("[data-undo]").focus();
};

/** On the home: the list of what is remembered. */
const list = (place) => {
  const matters = read();
  if (!matters.length) return;
  const shelf = place.querySelector("[data-mine-list]");
  matters.forEach((matter) => {
    const item = place.querySelector("[data-mine-row]").content.firstElementChild.cloneNode(true);
    item.querySelector("a").href = matter.url;
    item.querySelector("[data-title]").textContent = matter.title || matter.number;
    item.querySelector("[data-number]").textContent = matter.number;
    const button = item.querySelector("[data-forget]");
    button.setAttribute("aria-label", `${button.dataset.label} ${matter.title || matter.number}`);
    button.addEventListener("click", () => forget(item, matter, place));
    shelf.append(item);
  });
  place.hidden = false;
};

export const startMine = (root) => {
  all(root, "[data-keep]").forEach(keeper);
  all(root, "[data-mine]").forEach(list);
};
