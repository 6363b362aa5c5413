/* Keeps the big screens of meetings and the secretary's pages for when the net is gone: each as it was last shown, and what
   it is made of. */
"use strict";
const NAME = "headrope-conference";
const PATIENCE = 6000; // ms after which a page that does not come is taken from here

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function page(request, address) {
  const cache = await caches.open(NAME);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status === 200 && !answer.redirected) await cache.put(address, answer.clone());
    /* Who may not see it any more does not see it here either. */
    else if (answer.status < 500) await cache.delete(address);
    return answer;
  } catch (error) {
    const held = await cache.match(address);
    if (held) return held;
    throw error;
  }
}
async function part(request) {
  const cache = await caches.open(NAME);
  const held = await cache.match(request.url);
  if (held) return held;
  const answer = await fetch(request);
  if (answer.status === 200) await cache.put(request.url, answer.clone());
  return answer;
}
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  const navigates = event.request.mode === "navigate";
  if (navigates && /^\/meetings\/[0-9]+\/screen\/$/.test(address.pathname)) event.respondWith(page(event.request, address.pathname));
  else if (navigates && /^\/meetings\/[0-9]+\/notes\/$/.test(address.pathname)) event.respondWith(page(event.request, address.pathname + address.search));
  else if (address.pathname.startsWith("/static/")) event.respondWith(part(event.request));
});
