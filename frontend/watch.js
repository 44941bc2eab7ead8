// A page that keeps itself up to date: when the version behind `data-watch` changes, its parts are fetched anew.
// Nothing is taken from under somebody's hands, and a line tells screen readers in words what changed.
import { asksAgain } from "./asking.js";
import { all, start } from "./shared.js";

const TOKEN = /name="csrfmiddlewaretoken" value="\w+"/g;
const plain = (part) => part.innerHTML.replace(TOKEN, "");

const busy = (part) => {
  const at = document.activeElement;
  return (part.contains(at) && at.matches("input, select, textarea, summary")) || part.querySelector("details[open]");
};

/** The same control in the part as it is now, so that whoever uses a keyboard stays where they were. */
const sameAs = (part, one) => {
  const alike = (other) => ["name", "value", "href"].every((key) => other[key] === one[key]) && other.textContent === one.textContent;
  return all(part, one.tagName).find(alike);
};

const put = (part, fresh) => {
  if (plain(part) === plain(fresh)) return;
  const at = part.contains(document.activeElement) ? document.activeElement : null;
  part.innerHTML = fresh.innerHTML;
  start(part);
  if (!at) return;
  const next = sameAs(part, at) || part;
  if (next === part) part.tabIndex = -1;
  next.focus({ preventScroll: true });
};

export const startWatch = (root) => {
  const box = root.querySelector("[data-watch]");
  if (!box || !box.dataset.watch) return;
  let { version, says } = box.dataset;
  let page = null;
  let over = false;

  const write = (selector, words) => all(box, selector).forEach((one) => (one.textContent = words));
  const say = (words) => words && write("[data-watch-line]", words);

  const draw = () => {
    if (!page) return;
    const waits = all(box, "[data-fresh]").filter((part) => {
      const fresh = page.getElementById(part.id);
      if (!fresh) return false;
      if (busy(part)) return plain(part) !== plain(fresh);
      put(part, fresh);
      return false;
    });
    if (!waits.length) page = null;
  };

  const renew = async (now) => {
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "timer" } });
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = found.querySelector("[data-watch]");
    if (answer.status >= 500) throw new Error(answer.status);
    if (!answer.ok || answer.redirected || !fresh) {
      over = true; // e.g. the session ended
      write("[data-watch-hint]", box.dataset.lost);
      return say(box.dataset.lost);
    }
    page = found;
    draw();
    document.title = found.title;
    if (fresh.dataset.says !== says) say(fresh.dataset.says);
    ({ says } = fresh.dataset);
    over = !fresh.dataset.watch;
    version = now;
  };

  const ask = async () => {
    draw();
    const answer = await fetch(box.dataset.watch, { credentials: "omit", cache: "no-cache" });
    if (!answer.ok) throw new Error(answer.status);
    const now = await answer.text();
    if (now !== version) await renew(now);
  };

  asksAgain(ask, { least: 4000, spread: 3000, gone: () => over || !document.contains(box), rests: () => false });
};
