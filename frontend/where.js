// Where it is: pointed at on the map, taken from the phone, or chosen from the list beside the map.
import { all } from "./shared.js";
import { drawMap, whereIAm } from "./atlas.js";

class Where {
  constructor(form) {
    this.form = form;
    this.field = form.querySelector("[data-point]");
    this.told = form.querySelector("[data-point-told]");
    this.clear = form.querySelector("[data-point-clear]");
    this.panel = form.querySelector(".mapper");
    this.opener = form.querySelector("[data-map-open]");
    this.list = form.querySelector("[data-map-list]");
    this.opener.addEventListener("click", () => this.toggle());
    form.querySelector("[data-here]").addEventListener("click", () => this.here());
    this.clear.addEventListener("click", () => this.forget());
    this.list.addEventListener("change", () => this.listed());
    form.addEventListener("tingchao:kept", () => this.forget({ focus: false }));
    if (this.field.value) this.tell(this.told.dataset.set);
  }

  async toggle() {
    const open = this.panel.hidden;
    this.panel.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
    if (!open) return;
    await this.draw();
    if (this.map) this.map.box.focus({ preventScroll: true });
  }

  async draw() {
    if (this.map) return;
    const box = this.panel.querySelector(".map");
    const [lat, lng] = this.field.value.split(",").map(Number);
    try {
      this.map = await drawMap(box, { code: box.dataset.code, station: box.dataset.station, at: this.field.value ? [lat, lng] : null, pick: (place) => this.pick(place) });
    } catch {
      this.panel.hidden = true;
      this.opener.setAttribute("aria-expanded", "false");
      this.tell(this.told.dataset.unloaded, true);
      return;
    }
    this.map.stations.forEach((one) => {
      const option = document.createElement("option");
      option.value = one.id;
      option.textContent = one.name;
      this.list.append(option);
    });
    this.list.closest(".field").hidden = !this.map.stations.length;
  }

  pick(place) {
    const { dataset } = this.told;
    if (!place.inside) {
      this.tell(dataset.outside, true);
      return;
    }
    this.field.value = `${place.lat},${place.lng}`;
    const { near, region } = place;
    const words = near ? dataset.near.replace("{name}", near.name).replace("{metres}", near.metres) : region ? dataset.in.replace("{region}", region) : dataset.set;
    this.tell(words);
    const station = this.form.elements.station;
    if (station && near && !station.value && all(station, "option").some((one) => one.value === String(near.id))) station.value = near.id;
  }

  listed() {
    const one = this.map && this.map.stations.find((station) => String(station.id) === this.list.value);
    if (!one) return;
    this.map.look(one);
    this.map.point({ lat: one.lat, lng: one.lng });
  }

  async here() {
    this.tell(this.told.dataset.locating);
    try {
      const at = await whereIAm();
      if (this.panel.hidden) await this.toggle();
      if (!this.map) {
        this.field.value = `${at.lat.toFixed(6)},${at.lng.toFixed(6)}`;
        this.tell(this.told.dataset.set);
        return;
      }
      this.map.look(at);
      this.map.point(at);
    } catch {
      this.tell(this.told.dataset.denied, true);
    }
  }

  tell(words, fault = false) {
    this.told.textContent = words;
    this.told.classList.toggle("is-fault", fault);
    this.clear.hidden = !this.field.value;
  }

  forget({ focus = true } = {}) {
    this.field.value = "";
    this.tell("");
    if (this.map) this.map.unpoint();
    if (focus) this.opener.focus();
  }
}

export const startWhere = (form) => new Where(form);
