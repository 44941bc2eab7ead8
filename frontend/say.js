// Saying something: the words are kept as they are typed, and a broken line loses nothing.
import { proven, startGuard } from "./altcha.js";
import { all, count, release } from "./shared.js";
import { startAlike } from "./alike.js";
import { keepForLater, mended, toMend } from "./offline.js";
import { Photos } from "./photos.js";
import { startSteps } from "./steps.js";
import { newKey } from "./waiting.js";
import { startWhere } from "./where.js";

const PREFIX = "tingchao:draft:";
const KEPT_FOR = 7 * 86_400_000;
const photos = new Photos();

const keyOf = (form) => PREFIX + new URL(form.action).pathname;
const kept = (form) => all(form, "[data-draft]");

const store = (run) => {
  try {
    return run(window.localStorage);
  } catch {
    return null; // private windows may refuse; the form works without
  }
};

const keep = (form) => {
  const values = {};
  kept(form).forEach((box) => (values[box.name] = box.value));
  store((shelf) => shelf.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values })));
};

const restore = (form) => {
  const text = store((shelf) => shelf.getItem(keyOf(form)));
  if (!text || kept(form).some((box) => box.value)) return;
  const draft = JSON.parse(text);
  const filled = kept(form).filter((box) => draft.values[box.name]);
  if (Date.now() - draft.at > KEPT_FOR || !filled.length) return;
  filled.forEach((box) => {
    box.value = draft.values[box.name];
    count(box);
  });
  const told = form.querySelector("[data-restored]");
  told.hidden = false;
  told.querySelector("button").addEventListener("click", () => {
    filled.forEach((box) => {
      box.value = "";
      count(box);
    });
    forget(form);
    told.hidden = true;
    filled[0].focus();
  });
};

const forget = (form) => store((shelf) => shelf.removeItem(keyOf(form)));

/** Once something has arrived no draft of it is left. */
export const forgetDrafts = (root) => {
  if (!root.querySelector("[data-fresh]")) return;
  store((shelf) => Object.keys(shelf).filter((key) => key.startsWith(PREFIX)).forEach((key) => shelf.removeItem(key)));
};

const tell = (form, words) => {
  const place = form.querySelector("[data-failed]");
  place.querySelector("p").textContent = words;
  place.hidden = !words;
  if (words) place.scrollIntoView({ block: "center" });
};

const upload = (form, button) =>
  new Promise((resolve, reject) => {
    const data = new FormData(form);
    photos.into(data);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.responseType = "document";
    request.upload.onprogress = (event) => {
      const part = Math.floor((event.loaded / event.total) * 100);
      button.textContent = event.lengthComputable && part < 100 ? `${button.dataset.sending} ${part}%` : button.dataset.sending;
    };
    request.onload = () => resolve(request);
    request.onerror = request.onabort = request.ontimeout = reject;
    request.send(data);
  });

/** Without a signal: kept on the phone, and the form is free for the next thing. */
const later = async (form) => {
  try {
    await keepForLater(form, photos);
  } catch {
    tell(form, form.dataset.offline);
    return;
  }
  forget(form);
  photos.clear();
  form.reset();
  all(form, "[data-draft]").forEach((box) => {
    box.value = "";
    count(box);
  });
  form.dispatchEvent(new Event("tingchao:kept"));
  const list = document.querySelector("[data-waiting]");
  list.scrollIntoView({ block: "start" });
  const title = list.querySelector("h2");
  title.tabIndex = -1;
  title.focus();
};

const send = async (form, swap) => {
  const button = form.querySelector("[data-submit]");
  const before = button.textContent;
  tell(form, "");
  button.textContent = button.dataset.preparing;
  const words = form.dataset;
  try {
    await photos.ready();
    await proven(form);
    button.textContent = button.dataset.sending;
    const answer = await upload(form, button);
    const page = answer.response;
    if (page && page.querySelector("[data-say], [data-fresh], [data-follow]")) {
      if (page.querySelector("[data-fresh]")) await mended(form.elements.idempotency_key.value);
      swap(page, answer.responseURL);
      return;
    }
    tell(form, answer.status === 403 ? words.stale : words.refused);
  } catch {
    await later(form);
  }
  button.textContent = before;
  release(document);
};

/** A voice that was kept on the phone and refused: put into the form again, under its own key, to be changed. */
const mend = async (form) => {
  const voice = await toMend();
  if (!voice || !form.isConnected) return;
  const given = new Map(voice.fields);
  Array.from(form.elements).forEach((box) => {
    if (!given.has(box.name) || ["code", "go"].includes(box.name)) return;
    if (box.type === "radio" || box.type === "checkbox") box.checked = box.value === given.get(box.name);
    else box.value = given.get(box.name);
    count(box);
  });
  form.elements.idempotency_key.value = voice.key;
  photos.clear();
  photos.add(voice.photos.map((one) => one.file));
  form.elements.text.focus();
};

/** A page that the phone kept for use without a signal bears the same key each time it is opened; a voice must not. */
const fresh = (form) => {
  if (!form.querySelector("[data-error-first]")) form.elements.idempotency_key.value = newKey();
  const code = new URLSearchParams(location.search).get("code");
  if (!code || form.elements.code.value) return;
  form.elements.code.value = code; // the general form stands in for the one of this code
  form.action = location.pathname + location.search;
  if (form.elements.station) form.elements.station.closest(".field").remove();
};

/** The day is asked for only when another day was chosen. */
const days = (form) => {
  const place = form.querySelector("[data-day]");
  const show = () => place.classList.toggle("is-off", form.elements.when.value !== "day");
  form.addEventListener("change", show);
  show();
};

export const startSay = (root, swap) => {
  startGuard(root);
  all(root, "form[data-say]").forEach((form) => {
    photos.attach(form);
    fresh(form);
    restore(form);
    startSteps(form);
    startWhere(form);
    startAlike(form);
    days(form);
    mend(form);
    addEventListener("hashchange", () => mend(form));
    let waiting = 0;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => keep(form), 300);
    });
    addEventListener("pagehide", () => kept(form).some((box) => box.value) && form.isConnected && keep(form));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.dataset.sent) return;
      form.dataset.sent = "1";
      keep(form);
      all(form, "[data-submit]").forEach((button) => button.setAttribute("aria-disabled", "true"));
      send(form, swap);
    });
  });
};
