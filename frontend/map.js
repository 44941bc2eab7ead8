// The map: outlines and stations, no tiles from elsewhere. Loaded only when somebody asks for it (see atlas.js).
import L from "leaflet";
import "leaflet/dist/leaflet.css";
import "./css/map.css";

const COLOURS = { line: "#84929f", ground: "#ffffff", station: "#0b5c7a", point: "#b3261e" };
const SHADES = ["#ffffff", "#e3f0f5", "#c3dfe9", "#98c8d8", "#6db1c8"]; // by grade; names stay readable on each
const STEP = 80; // pixels that an arrow key moves the map
const CLOSE = 14; // zoom at which a place is looked at
const CELL = 44; // pixels within which stations are one heap

const fetched = async (address) => {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
};

const inside = ([x, y], ring) => {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [ax, ay] = ring[i];
    const [bx, by] = ring[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
};

const polygons = (geometry) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates);

const holds = (outline, at) => polygons(outline.geometry).some(([outer, ...holes]) => inside(at, outer) && !holes.some((hole) => inside(at, hole)));

/** Metres between two points, as the crow flies. */
const metres = (a, b) => Math.round(L.latLng(a).distanceTo(b));

/** Words that would lie on others are left out until one comes closer. */
const apart = (labels) => {
  const taken = [];
  labels.forEach((one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    const box = range.getBoundingClientRect();
    const free = taken.every((two) => box.right < two.left || box.left > two.right || box.bottom < two.top || box.top > two.bottom);
    one.style.visibility = free ? "" : "hidden";
    if (free) taken.push(box);
  });
};

/** A map in `box`. `box.dataset` names where outlines and stations come from and bears the words.
 *
 * options: points [{lat, lng, title, url}] to be shown; where to begin, of these the first that is known: at [lat,
 * lng] at `zoom`, station (its id), code of a region; pick(point) is called with {lat, lng, region, near: {name, id, metres}} when somebody points at a place;
 * chosen(station) when, without pick, somebody chooses a station; counties {code: {grade, words, hash}}: each is shaded
 * by its grade, bears its words (its name where one points), and leads to its part of the page.
 */
export class TideMap {
  constructor(box, outlines, stations, options) {
    this.box = box;
    this.words = box.dataset;
    this.outlines = outlines;
    this.stations = stations;
    this.options = options;
    this.map = L.map(box, {
      attributionControl: false,
      zoomControl: false,
      keyboardPanDelta: STEP,
      minZoom: 7,
      maxZoom: 17,
      zoomSnap: 0.5,
    });
    L.control.zoom({ zoomInTitle: this.words.closer, zoomOutTitle: this.words.farther }).addTo(this.map);
    this.ground();
    this.begin(); // before anything that stands at a point
    this.names();
    this.dots();
    this.known(options.points || []);
    if (options.pick) this.picking();
    else if (options.chosen) this.choosing();
  }

  ground() {
    const counties = this.options.counties || {};
    const features = this.outlines.map((one) => ({
      type: "Feature",
      properties: { name: one.name, county: counties[one.code.slice(0, 6)] },
      geometry: one.geometry,
    }));
    this.shape = L.geoJSON(features, {
      interactive: Boolean(this.options.counties),
      style: ({ properties }) => ({
        color: COLOURS.line,
        weight: 1.5,
        fillColor: properties.county ? SHADES[properties.county.grade] : COLOURS.ground,
        fillOpacity: 1,
      }),
    }).addTo(this.map);
    this.shape.on("click", ({ layer }) => {
      const { county } = layer.feature.properties;
      if (county) location.hash = county.hash;
    });
  }

  names() {
    const shares = [];
    this.shape.eachLayer((layer) => {
      const name = L.divIcon({ className: "map-name", html: "", iconSize: [0, 0] });
      const label = L.marker(layer.getBounds().getCenter(), { icon: name, interactive: false, keyboard: false }).addTo(this.map);
      const { name: words, county } = layer.feature.properties;
      label.getElement().textContent = county ? county.words : words;
      if (!county) return;
      label.getElement().classList.add("map-share");
      layer.bindTooltip(`${words} ${county.words}`, { className: "map-tip", sticky: true });
      shares.push(label.getElement());
    });
    const draw = () => apart(shares);
    this.map.on("zoomend", draw);
    setTimeout(draw);
  }

  /** The stations, each a dot; those that would lie on one another are one dot with their number, until one comes closer. */
  dots() {
    this.layer = L.layerGroup().addTo(this.map);
    const draw = () => {
      this.layer.clearLayers();
      const view = this.map.getBounds().pad(0.25);
      const cells = new Map();
      this.stations.forEach((one) => {
        if (!view.contains([one.lat, one.lng])) return;
        const at = this.map.latLngToLayerPoint([one.lat, one.lng]);
        const cell = this.map.getZoom() >= CLOSE ? String(one.id) : `${Math.round(at.x / CELL)}:${Math.round(at.y / CELL)}`;
        cells.set(cell, (cells.get(cell) || []).concat(one));
      });
      cells.forEach((those) => (those.length === 1 ? this.dot(those[0]) : this.heap(those)));
    };
    this.map.on("moveend", draw);
    draw();
  }

  dot(one) {
    const dot = L.circleMarker([one.lat, one.lng], { radius: 7, weight: 2, color: "#fff", fillColor: COLOURS.station, fillOpacity: 1 });
    dot.bindTooltip(one.name, { className: "map-tip map-named", permanent: true, direction: "top", offset: [0, -6] });
    dot.on("click", (event) => {
      L.DomEvent.stop(event);
      if (this.options.pick) this.point(one);
      else this.choose(one);
    });
    dot.addTo(this.layer);
  }

  heap(those) {
    const bounds = L.latLngBounds(those.map((one) => [one.lat, one.lng]));
    const icon = L.divIcon({ className: "map-heap", html: String(those.length), iconSize: [36, 36] });
    const heap = L.marker(bounds.getCenter(), { icon, title: those.slice(0, 5).map((one) => one.name).join("\n"), keyboard: false });
    heap.on("click", (event) => {
      L.DomEvent.stop(event);
      const closer = Math.max(this.map.getZoom() + 1.5, Math.min(this.map.getBoundsZoom(bounds), CLOSE));
      this.map.setView(bounds.getCenter(), closer);
    });
    heap.addTo(this.layer);
  }

  known(points) {
    points.forEach((one) => {
      const dot = L.circleMarker([one.lat, one.lng], { radius: 8, weight: 2, color: "#fff", fillColor: COLOURS.point, fillOpacity: 1 });
      dot.bindTooltip(one.title, { className: "map-tip" });
      if (one.url) dot.on("click", () => location.assign(one.url));
      dot.addTo(this.map);
    });
  }

  begin() {
    const { code, station } = this.options;
    const own = this.stations.find((one) => String(one.id) === String(station));
    const at = this.options.at || (own && [own.lat, own.lng]);
    const near = () => this.box.classList.toggle("map-close", this.map.getZoom() >= CLOSE - 0.5); // names have room
    this.map.on("zoomend", near);
    const home = code && this.outlines.findIndex((one) => code.startsWith(one.code.slice(0, 6)));
    const layers = this.shape.getLayers();
    if (at) this.map.setView(at, this.options.zoom || CLOSE);
    else if (home >= 0 && layers[home]) this.map.fitBounds(layers[home].getBounds());
    else if (layers.length) this.map.fitBounds(this.shape.getBounds());
    else this.map.setView([30.25, 120.17], 9);
    near();
  }

  picking() {
    this.box.classList.add("map-picks");
    this.map.on("click", (event) => this.point(event.latlng));
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== this.box) return;
      event.preventDefault();
      this.point(this.map.getCenter());
    });
  }

  /** Puts the pin there and tells whoever asked. */
  point({ lat, lng }) {
    const at = L.latLng(lat, lng);
    if (this.pin) this.pin.setLatLng(at);
    else this.pin = L.marker(at, { icon: L.divIcon({ className: "map-pin", iconSize: [28, 28], iconAnchor: [14, 28] }), interactive: false, keyboard: false }).addTo(this.map);
    const [near] = this.near(at);
    const region = this.outlines.find((one) => holds(one, [at.lng, at.lat]));
    this.options.pick({
      lat: Number(at.lat.toFixed(6)),
      lng: Number(at.lng.toFixed(6)),
      region: region ? region.name : "",
      inside: Boolean(region) || !this.outlines.length,
      near: near || null,
    });
  }

  unpoint() {
    if (this.pin) this.pin.remove();
    this.pin = null;
  }

  /** The stations nearest to a point: [{id, name, address, lat, lng, metres}]. */
  near(at, most = 1) {
    return this.stations
      .map((one) => ({ ...one, metres: metres(at, [one.lat, one.lng]) }))
      .sort((a, b) => a.metres - b.metres)
      .slice(0, most);
  }

  /** Dots are small for a thumb: a tap anywhere chooses the station nearest to it, Enter the one nearest to the middle. */
  choosing() {
    const nearest = (at) => this.near(at).forEach((one) => this.choose(one));
    this.map.on("click", (event) => nearest(event.latlng));
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === this.box) nearest(this.map.getCenter());
    });
  }

  choose(one) {
    this.look(one);
    if (this.options.chosen) this.options.chosen(one);
  }

  look({ lat, lng }) {
    this.map.setView([lat, lng], Math.max(this.map.getZoom(), CLOSE));
  }
}

const draw = async (box, options = {}) => {
  const { outlines, stations } = box.dataset;
  const [ground, dots] = await Promise.all([fetched(outlines), stations ? fetched(stations) : []]);
  return new TideMap(box, ground, dots, options);
};

window.tingchaoMap = { draw, metres };
