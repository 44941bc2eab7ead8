// The service worker: the form for use without a signal, and sending what waits when the signal is back.
// The server writes `self.TINGCHAO = {version, assets}` before it (desk/views/shell.py).
import { everyOne, sendAll, SYNC } from "./waiting.js";

const { version, assets } = self.TINGCHAO;
const SHELL = `shell-${version}`;
const FORM = "/say/";
const MOST_PAGES = 12;

/** Pages whose last copy is shown without a signal: the home, a scanned station, the form. Never somebody's matter. */
const kept = ({ pathname }) => /^\/(say\/|c\/[^/]+\/)?$/.test(pathname);

const prune = async (cache) => {
  const pages = (await cache.keys()).filter((request) => kept(new URL(request.url)) && new URL(request.url).pathname !== FORM);
  await Promise.all(pages.slice(0, Math.max(0, pages.length - MOST_PAGES)).map((request) => cache.delete(request)));
};

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(SHELL);
      await cache.addAll([...assets, FORM]);
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      await Promise.all(names.filter((name) => name.startsWith("shell-") && name !== SHELL).map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

const page = async (request) => {
  const cache = await caches.open(SHELL);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) {
      await cache.put(request, answer.clone());
      await prune(cache);
    }
    return answer;
  } catch (fault) {
    const copy = (await cache.match(request, { ignoreVary: true })) || (await cache.match(FORM, { ignoreVary: true }));
    if (copy) return copy;
    throw fault;
  }
};

const asset = async (request) => (await caches.match(request, { ignoreVary: true })) || fetch(request);

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && kept(address)) event.respondWith(page(request));
  else if (assets.includes(address.pathname)) event.respondWith(asset(request));
});

const tell = async () => (await self.clients.matchAll({ type: "window" })).forEach((client) => client.postMessage(SYNC));

self.addEventListener("sync", (event) => {
  if (event.tag !== SYNC) return;
  event.waitUntil(
    (async () => {
      const done = await sendAll();
      await tell();
      const left = (await everyOne()).some((voice) => voice.state === "waiting");
      if (!done && left) throw new Error("no signal yet"); // the browser tries again by itself
    })(),
  );
});
