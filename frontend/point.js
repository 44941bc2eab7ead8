// Where a matter is, on a map that is fetched when somebody opens it.
import { all } from "./shared.js";
import { drawMap } from "./atlas.js";

const draw = async (place) => {
  const box = place.querySelector(".map");
  const told = place.querySelector("[data-map-told]");
  const [lat, lng] = place.dataset.mapPoint.split(",").map(Number);
  box.dataset.drawn = "1";
  told.hidden = true;
  try {
    await drawMap(box, { at: [lat, lng], zoom: 10, points: [{ lat, lng, title: box.getAttribute("aria-label") }] });
  } catch {
    delete box.dataset.drawn;
    told.hidden = false;
  }
};

export const points = (root) =>
  all(root, "[data-map-point]").forEach((place) =>
    place.addEventListener("toggle", () => {
      if (place.open && !place.querySelector(".map").dataset.drawn) draw(place);
    }),
  );
