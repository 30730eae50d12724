// Lets somebody go on with a questionnaire while the network is away. Its scope is the pages of one sitting:
// a page comes from the network, and from what was kept only when the network does not answer.
"use strict";

const HOME = new URL(self.registration.scope).pathname; // /sitting/<id>/
const OURS = `makings:${HOME}`;
const PATIENCE_MS = 4000;
const PAGE = /^(question\/\d+|review|ready|send)$/;

const kept = async () => (await caches.keys()).filter((name) => name.startsWith(OURS));
const forget = async () => Promise.all((await kept()).map((name) => caches.delete(name)));
const shelf = async () => {
  const [name] = await kept();
  return name ? caches.open(name) : null;
};
const find = async (request) => {
  const place = await shelf();
  return place ? place.match(request, { ignoreSearch: !new URL(request.url).pathname.startsWith("/static/") }) : undefined;
};

// A kept page says that it is one, so that its script can lay over it what happened since.
const asKept = async (response) => {
  const headers = new Headers(response.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  const text = (await response.text()).replace("<html ", "<html data-kept ");
  return new Response(text, { status: 200, headers });
};

// A nonce is good for one showing only, so that a kept page gets another each time.
const shown = async (response) => {
  const policy = response.headers.get("Content-Security-Policy") || "";
  const [, old] = policy.match(/'nonce-([^']+)'/) || [];
  if (!old) return response;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const fresh = btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const headers = new Headers(response.headers);
  headers.set("Content-Security-Policy", policy.split(old).join(fresh));
  return new Response((await response.text()).split(old).join(fresh), { status: 200, headers });
};

// The browser no longer holds this sitting: nothing of it stays here. Answers that wait are not ours to delete.
const isGone = (response) => response.status === 403 || response.status === 404;

const isWhole = (response) => response && response.ok && !response.redirected && response.type === "basic";

const keepPage = async (address, response) => {
  const place = await shelf();
  if (place && isWhole(response)) await place.put(address, await asKept(response));
};

const fromNetwork = async (event) => {
  const response = await fetch(event.request);
  const { pathname, search } = new URL(event.request.url);
  if (isWhole(response) && !search) event.waitUntil(keepPage(pathname, response.clone()).catch(() => {}));
  if (isGone(response)) event.waitUntil(forget());
  return response;
};

const page = async (event) => {
  const network = fromNetwork(event);
  const copy = await find(event.request);
  if (!copy) return network;
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  const first = await Promise.race([network.catch(() => null), patience]);
  if (first && first.status < 500) return first;
  event.waitUntil(network.then((late) => isGone(late) && takeBack(event.resultingClientId)).catch(() => {}));
  return shown(copy);
};

// A copy was shown because the network was slow, and the browser turns out not to hold the sitting any more.
const takeBack = async (id) => {
  const client = await self.clients.get(id);
  if (client) await client.navigate(client.url);
};

// Somebody leaves a shared computer: first the copies go, whatever becomes of the request or of the page that answers it.
const leave = async (request) => {
  await forget();
  return fetch(request);
};

const file = async (event) => {
  const copy = await find(event.request);
  if (copy) return copy;
  const response = await fetch(event.request);
  const place = await shelf();
  if (place && isWhole(response)) event.waitUntil(place.put(event.request, response.clone()).catch(() => {}));
  return response;
};

// Files and pages are fetched one after another, so that the person's own requests go first.
let keeping = false;
const keep = async ({ version, files, pages }) => {
  const name = `${OURS}|${version}`;
  await Promise.all((await kept()).filter((old) => old !== name).map((old) => caches.delete(old)));
  const place = await caches.open(name);
  if (keeping) return;
  keeping = true;
  try {
    for (const address of [...files, ...pages]) {
      if (await place.match(address)) continue;
      const response = await fetch(address, { headers: { "X-Kept-For-Later": "yes" } });
      if (!isWhole(response)) continue;
      await place.put(address, files.includes(address) ? response : await asKept(response));
    }
  } finally {
    keeping = false;
  }
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  const { kind } = event.data || {};
  if (kind === "keep") event.waitUntil(keep(event.data).catch(() => {}));
  if (kind === "forget") event.waitUntil(forget());
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  const isPage = request.mode === "navigate" && PAGE.test(address.pathname.slice(HOME.length));
  if (address.origin !== self.location.origin) return;
  if (request.method === "GET" && address.pathname.startsWith("/static/")) event.respondWith(file(event));
  if (request.method === "GET" && isPage) event.respondWith(page(event));
  if (request.method === "POST" && address.pathname === `${HOME}leave`) event.respondWith(leave(request));
  // A form that was sent without its script and found no network: back to its page, not to an error of the browser.
  if (request.method === "POST" && isPage) event.respondWith(fetch(request).catch(() => Response.redirect(request.url, 303)));
});
