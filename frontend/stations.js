// The map of stations: opened when asked for; a tap chooses the nearest station, whose name and way on stand below it.
import { all, on } from "./shared.js";
import { drawMap } from "./atlas.js";

const chosen = (place, one) => {
  const card = place.querySelector("[data-atlas-card]");
  card.hidden = false;
  card.href = place.dataset.page.replace("0", one.id);
  card.querySelector("b").textContent = one.name;
  card.querySelector(".meta").textContent = one.address;
};

const open = async (place, button) => {
  const panel = place.querySelector("[data-atlas-panel]");
  const box = place.querySelector(".map");
  const told = place.querySelector("[data-atlas-told]");
  panel.hidden = !panel.hidden;
  button.setAttribute("aria-expanded", String(!panel.hidden));
  if (panel.hidden || box.dataset.drawn) return;
  box.dataset.drawn = "1";
  told.hidden = true;
  try {
    await drawMap(box, { code: box.dataset.code, chosen: (one) => chosen(place, one) });
    box.focus({ preventScroll: true });
  } catch {
    delete box.dataset.drawn;
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    told.hidden = false;
  }
};

export const startStations = (root) => {
  all(root, "[data-atlas]").forEach((place) => {
    on(place, "[data-atlas-open]", "click", (event, button) => open(place, button));
  });
};
