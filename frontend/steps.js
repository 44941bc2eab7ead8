// One question a screen, in large type: the same form, of which one part is shown. Nothing is fetched in between.
import { all } from "./shared.js";

const html = document.documentElement;
const large = () => html.classList.contains("large") || html.classList.contains("largest");

class Steps {
  constructor(form) {
    this.form = form;
    this.parts = all(form, "[data-step]");
    this.keys = this.parts.map((part) => part.dataset.step);
    this.here = Math.max(0, this.keys.indexOf(form.elements.step.value));
  }

  show(number, { speak = true } = {}) {
    const stepping = large();
    const last = this.keys.length - 1;
    this.here = Math.min(Math.max(number, 0), last);
    const on = (one, shown) => (one.hidden = stepping && !shown);
    this.parts.forEach((part, place) => on(part, place === this.here));
    all(this.form, "[data-required]").forEach((box) => (box.required = !stepping || this.parts[this.here].contains(box)));
    this.form.elements.step.value = stepping ? this.keys[this.here] : "";
    this.form.classList.toggle("stepped", stepping);
    on(this.form.querySelector("[data-lead]"), this.here === 0);
    on(this.form.querySelector("[data-after]"), this.here === last);
    this.button('[data-go="next"]', stepping && this.here < last);
    this.button('[data-go="back"]', stepping && this.here > 0);
    this.button("[data-submit]", !stepping || this.here === last);
    all(this.form, "[data-fold]").forEach((fold) => (fold.open = fold.open || stepping));
    const told = this.form.querySelector("[data-progress-told]");
    told.hidden = !stepping;
    told.textContent = this.form.dataset.progress.replace("{n}", this.here + 1).replace("{count}", last + 1);
    if (speak && stepping) {
      scrollTo(0, 0);
      told.focus();
    }
  }

  button(selector, shown) {
    const button = this.form.querySelector(selector);
    button.hidden = button.disabled = !shown;
  }

  /** Whether the question on the screen is answered well enough to go on; the browser says what is missing. */
  answered() {
    return all(this.parts[this.here], "input, textarea, select").every((box) => box.reportValidity());
  }

  go(way) {
    if (way > 0 && !this.answered()) return;
    if (way < 0) {
      history.back();
      return;
    }
    history.pushState({ step: this.here + 1 }, "");
    this.show(this.here + 1);
  }
}

let present = null;

/** Whether a move in the browser's history is one between questions. */
export const stepped = (state) => Boolean(state && "step" in state);

addEventListener("popstate", (event) => {
  if (present && present.form.isConnected && stepped(event.state)) present.show(event.state.step);
});

document.addEventListener("tingchao:type", () => {
  if (present && present.form.isConnected) present.show(present.here, { speak: false });
});

export const startSteps = (form) => {
  const steps = new Steps(form);
  present = steps;
  steps.show(steps.here, { speak: false });
  // so that the browser's own way back leads through the questions too, even after the server showed one of them
  for (let step = 0; step <= steps.here; step += 1) {
    if (step === 0) history.replaceState({ step }, "");
    else history.pushState({ step }, "");
  }
  all(form, "[data-go]").forEach((button) =>
    button.addEventListener("click", (event) => {
      event.preventDefault();
      steps.go(button.dataset.go === "next" ? 1 : -1);
    }),
  );
  form.addEventListener("tingchao:kept", () => steps.show(0, { speak: false }));
  // Enter in a field goes on as the button would
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input:not([type=checkbox]):not([type=radio])")) return;
    if (!large() || steps.here === steps.keys.length - 1) return;
    event.preventDefault();
    steps.go(1);
  });
};
