// The stations nearest to whoever holds this phone. Where that is never leaves it: all stations come here and are compared here.
import { all, on } from "./shared.js";
import { whereIAm } from "./atlas.js";

const SHOWN = 5;
const RADIUS = 6_371_000;
const rad = (degrees) => (degrees * Math.PI) / 180;

/** Metres between two points on the globe, by the haversine formula. */
export const metres = (from, to) => {
  const sin = (value) => Math.sin(value / 2) ** 2;
  const part = sin(rad(to.lat - from.lat)) + Math.cos(rad(from.lat)) * Math.cos(rad(to.lat)) * sin(rad(to.lng - from.lng));
  return 2 * RADIUS * Math.asin(Math.sqrt(part));
};

const far = (distance, words) => {
  const close = distance < 1000;
  const value = close ? Math.max(50, Math.round(distance / 50) * 50) : (distance / 1000).toFixed(distance < 10_000 ? 1 : 0);
  return `${words.about} ${value} ${close ? words.m : words.km}`;
};

const stationsOf = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error("stations");
  return answer.json();
};

const copyOf = (place, name) => place.querySelector(name).content.firstElementChild.cloneNode(true);

const show = (place, shelf, here, stations) => {
  shelf.textContent = "";
  all(document, "[data-near-instead]").forEach((other) => (other.hidden = true));
  stations
    .map((station) => Object.assign(station, { distance: metres(here, station) }))
    .sort((one, other) => one.distance - other.distance)
    .slice(0, SHOWN)
    .forEach((station) => {
      const row = copyOf(place, "[data-near-row]");
      row.querySelector("a").href = place.dataset.page.replace("0", station.id);
      row.querySelector("[data-name]").textContent = station.name;
      row.querySelector("[data-address]").textContent = station.address;
      row.querySelector("[data-far]").textContent = far(station.distance, place.dataset);
      shelf.append(row);
    });
};

const find = async (place, button) => {
  const shelf = place.querySelector("[data-near-list]");
  const told = place.querySelector("[data-near-told]");
  const fail = (words) => {
    shelf.hidden = true;
    told.textContent = words;
    told.hidden = false;
  };
  told.hidden = true;
  shelf.textContent = "";
  for (let row = 0; row < SHOWN; row += 1) shelf.append(copyOf(place, "[data-near-wait]"));
  shelf.hidden = false;
  button.setAttribute("aria-disabled", "true");
  const stations = stationsOf(place.dataset.near).catch(() => null);
  try {
    const here = await whereIAm();
    const found = await stations;
    if (!found) fail(place.dataset.failed);
    else if (!found.length) fail(place.dataset.none);
    else show(place, shelf, here, found);
  } catch {
    fail(place.dataset.denied);
  }
  button.removeAttribute("aria-disabled");
};

export const startNear = (root) => {
  all(root, "[data-near]").forEach((place) => {
    if (!navigator.geolocation) {
      place.hidden = true;
      return;
    }
    on(place, "[data-near-start]", "click", (event, button) => {
      if (!button.hasAttribute("aria-disabled")) find(place, button);
    });
  });
};
