// The page's side of working without a signal: the list of what waits, and when it is sent.
import { drop, everyOne, newKey, put, sendAll, sendOne, SYNC, take } from "./waiting.js";

const MEND = "mend-";
const WORDS = 40; // characters of a text that tell it from others

const board = () => document.querySelector("[data-waiting]");

const made = (tag, text, kind = "") => {
  const element = document.createElement(tag);
  element.textContent = text;
  if (kind) element.className = kind;
  return element;
};

const button = (text, press, label) => {
  const one = made("button", text, "btn");
  one.type = "button";
  if (label) one.setAttribute("aria-label", label);
  one.addEventListener("click", press);
  return one;
};

const shortened = (voice) => (voice.text.length > WORDS ? `${voice.text.slice(0, WORDS)}…` : voice.text);

const sentLine = (voice, words) => {
  const ticket = made("p", "");
  const link = made("a", words.open, "btn primary");
  link.href = voice.link;
  ticket.append(made("span", words.number), made("b", voice.number, "nb"), made("span", ` ${words.passcode}`), made("b", voice.passcode, "nb"));
  const gone = button(words.known, () => drop(voice.key).then(draw), `${words.known} ${voice.number}`);
  return [made("p", words.sent, "meta"), ticket, row(link, gone)];
};

const row = (...parts) => {
  const acts = made("div", "", "form-end");
  acts.append(...parts);
  return acts;
};

const waitingLine = (voice, words) => {
  const text = shortened(voice);
  const state = made("p", voice.state === "stuck" ? words.stuck : words.waits, voice.state === "stuck" ? "err" : "meta");
  const mend = made("a", words.mend, "btn primary");
  mend.href = `${voice.address}#${MEND}${voice.key}`;
  mend.setAttribute("aria-label", `${words.mend} ${text}`);
  const now = button(words.now, () => again(voice.key), `${words.now} ${text}`);
  const away = button(words.remove, () => drop(voice.key).then(draw), `${words.remove} ${text}`);
  away.classList.add("danger");
  return [state, voice.state === "stuck" ? row(mend, now, away) : row(now, away)];
};

/** The voice that the address asks to be changed, as a form takes it; null when it asks for none. */
export const toMend = async () => {
  if (!window.indexedDB || !location.hash.startsWith(`#${MEND}`)) return null;
  const voice = await take(location.hash.slice(MEND.length + 1)).catch(() => null);
  return voice && voice.state === "stuck" ? voice : null;
};

/** A voice that the form has taken over and sent waits no longer. */
export const mended = (key) => drop(key).catch(() => {});

/** Draws the list anew from what the phone keeps. */
export const draw = async () => {
  const place = board();
  if (!place) return;
  const voices = await everyOne().catch(() => []);
  const list = place.querySelector("ul");
  list.textContent = "";
  voices.forEach((voice) => {
    const item = made("li", "");
    const photos = voice.count ? ` · ${place.dataset.photos.replace("{n}", voice.count)}` : "";
    item.append(made("h3", shortened(voice) + photos), ...(voice.state === "sent" ? sentLine : waitingLine)(voice, place.dataset));
    list.append(item);
  });
  place.hidden = !voices.length;
};

const again = async (key) => {
  const place = board();
  const told = place.querySelector("[data-waiting-told]");
  try {
    const voice = await take(key);
    const { state } = voice ? await sendOne(voice) : {};
    told.textContent = state === "waiting" ? place.dataset.busy : "";
  } catch {
    told.textContent = place.dataset.nothing;
  }
  await draw();
};

let sending = false;

/** Sends what waits; nothing happens without a signal. */
export const flush = async () => {
  if (sending || !window.indexedDB || navigator.onLine === false) return;
  sending = true;
  try {
    await sendAll();
    await draw();
  } catch {
    // private windows may refuse the store; then nothing waits in it
  } finally {
    sending = false;
  }
};

/** Keeps on the phone what a form holds; fails when the phone keeps nothing. */
export const keepForLater = async (form, photos) => {
  const data = new FormData(form);
  photos.into(data);
  const files = data.getAll("photos").filter((file) => file.size);
  data.delete("photos");
  const fields = Array.from(data).filter(([name]) => !["csrfmiddlewaretoken", "idempotency_key", "step", "go"].includes(name));
  await put({
    key: form.elements.idempotency_key.value,
    address: new URL(form.action).pathname + new URL(form.action).search,
    fields: [...fields, ["go", "send"], ["seen", "1"]],
    photos: files.map((file) => ({ name: file.name, file })),
    count: files.length,
    text: form.elements.text.value.trim(),
    at: Date.now(),
    state: "waiting",
  });
  form.elements.idempotency_key.value = newKey();
  if (navigator.serviceWorker) {
    const ready = await Promise.race([navigator.serviceWorker.ready, new Promise((resolve) => setTimeout(resolve, 1000))]);
    if (ready && ready.sync) await ready.sync.register(SYNC).catch(() => {});
  }
  await draw();
};

export const startOffline = () => {
  if (!window.indexedDB) return;
  draw();
  flush();
};

addEventListener("online", flush);
if (navigator.serviceWorker && window.isSecureContext) {
  addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
  navigator.serviceWorker.addEventListener("message", (event) => event.data === SYNC && draw());
}
