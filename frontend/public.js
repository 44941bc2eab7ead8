import { on, start } from "./shared.js";
import { startOffline } from "./offline.js";
import { startMine } from "./mine.js";
import { startNear } from "./near.js";
import { startStations } from "./stations.js";
import { forgetDrafts, startSay } from "./say.js";
import { startPrivacy } from "./privacy.js";
import { startLive } from "./live.js";
import { startWatch } from "./watch.js";
import { stepped } from "./steps.js";

const YEAR = 365 * 86_400;
let swapped = false;

const types = (root) =>
  on(root, "[data-type]", "click", (event, button) => {
    const type = button.dataset.type;
    document.documentElement.classList.remove("large", "largest");
    if (type) document.documentElement.classList.add(type);
    document.dispatchEvent(new CustomEvent("tingchao:type"));
    document.cookie = `type=${type}; path=/; max-age=${type ? YEAR : 0}; SameSite=Lax`;
    const next = button.parentElement.querySelector(type === "large" ? '[data-type="largest"]' : type ? '[data-type=""]' : '[data-type="large"]');
    next.focus();
  });

/** Puts the page that answered in the place of this one, without asking for it a second time. */
const swap = (page, address) => {
  document.title = page.title;
  document.body.replaceWith(document.adoptNode(page.body));
  if (address && address !== location.href) history.pushState(null, "", address);
  swapped = true;
  begin();
  scrollTo(0, 0);
  const title = document.querySelector("[data-error-first]") || document.querySelector("h1");
  if (title) {
    title.tabIndex = -1;
    title.focus();
  }
};

const begin = () => {
  types(document);
  startSay(document, swap);
  startPrivacy(document);
  start(document);
  startMine(document);
  startNear(document);
  startStations(document);
  startLive(document);
  startWatch(document);
  forgetDrafts(document);
  startOffline();
};

addEventListener("popstate", (event) => {
  if (swapped && !stepped(event.state)) location.reload();
});
begin();
