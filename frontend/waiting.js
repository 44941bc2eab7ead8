// Voices that could not be sent: kept on the phone with their photos, sent later, each once.
// Used by the page and by the service worker. The key that a voice bears makes one matter of it on the server,
// whoever of the two sends it, and however often.
import { solve } from "./proof.js";

const NAME = "tingchao";
const SHELF = "waiting";
export const SYNC = "tingchao-waiting";

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const shelf = async (mode) => {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(SHELF, { keyPath: "key" });
  const base = await asked(opening);
  return { base, rows: base.transaction(SHELF, mode).objectStore(SHELF) };
};

const run = async (mode, what) => {
  const { base, rows } = await shelf(mode);
  try {
    return await asked(what(rows));
  } finally {
    base.close();
  }
};

export const put = (voice) => run("readwrite", (rows) => rows.put(voice));
export const take = (key) => run("readonly", (rows) => rows.get(key));
export const drop = (key) => run("readwrite", (rows) => rows.delete(key));
export const everyOne = async () => (await run("readonly", (rows) => rows.getAll())).sort((a, b) => a.at - b.at);

/** A key that no other voice bears. */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Statuses after which it is tried again by itself: the server stumbles, or too many came from this address. */
const later = (status) => status >= 500 || status === 429 || status === 428;

const tokenIn = (page) => {
  const found = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(page);
  return found ? found[1] : "";
};

/** The work that a page asks for before it takes the form (answer 428), as proof.js does it; null when it asks for none. */
const taskIn = (page) => {
  const found = /data-task="([^"]+)"/.exec(page);
  return found ? JSON.parse(found[1].replace(/&quot;/g, '"').replace(/&amp;/g, "&")) : null;
};

const posted = (voice, data) => fetch(voice.address, { method: "POST", body: data, credentials: "same-origin" });

/** The answer to a voice; one that has to be proven first is proven and sent once more. */
const answerTo = async (voice, data) => {
  const answer = await posted(voice, data);
  if (answer.status !== 428) return answer;
  const task = taskIn(await answer.clone().text());
  if (!task) return answer;
  data.set("guard_work", await solve(task));
  return posted(voice, data);
};

/** What became of it: {state: "sent", link, number, passcode}, {state: "stuck"} when somebody must look, or waiting. */
const tried = async (voice) => {
  const form = await fetch(voice.address, { credentials: "same-origin", cache: "no-store" });
  if (!form.ok) return { state: later(form.status) ? "waiting" : "stuck" };
  const data = new FormData();
  voice.fields.forEach(([name, value]) => data.append(name, value));
  voice.photos.forEach((photo) => data.append("photos", photo.file, photo.name));
  data.set("csrfmiddlewaretoken", tokenIn(await form.text())); // fresh: the one it was written with may be too old
  data.set("idempotency_key", voice.key);
  const answer = await answerTo(voice, data);
  const { pathname } = new URL(answer.url);
  const [, room, number, code] = pathname.split("/");
  if (answer.ok && answer.redirected && room === "m") {
    return { state: "sent", link: answer.url, number, passcode: code.match(/.{1,4}/g).join("-") };
  }
  return { state: later(answer.status) ? "waiting" : "stuck" };
};

/** Sends one voice. Fails when there is no signal. */
export const sendOne = async (voice) => {
  const outcome = await tried(voice);
  if (!(await take(voice.key))) return outcome; // deleted in the meantime
  const kept = outcome.state === "sent" ? { fields: [], photos: [] } : {};
  await put({ ...voice, ...outcome, ...kept });
  return outcome;
};

/** Sends all that wait, one after the other; stops when there is no signal. Says whether all are sent. */
export const sendAll = async () => {
  const waiting = (await everyOne()).filter((voice) => voice.state === "waiting");
  for (const voice of waiting) {
    try {
      await sendOne(voice);
    } catch {
      return false;
    }
  }
  return true;
};
