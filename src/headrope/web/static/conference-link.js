/* The link between the screens of a meeting: what they ask and send, and how it fails. No names but Meeting. */
"use strict";
const Meeting = (() => {
  /* Why nothing came back: "offline", or "out" where somebody has to sign in again. */
  class Lost extends Error {
    constructor(why) {
      super(why);
      this.why = why;
    }
  }
  async function fetched(address, options = {}) {
    let answer;
    try {
      answer = await fetch(address, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(8000), ...options });
    } catch {
      throw new Lost("offline");
    }
    if (answer.type === "opaqueredirect" || answer.status === 403) throw new Lost("out");
    if (answer.status >= 500 || answer.status === 404) throw new Lost("offline");
    return answer;
  }
  /* A key that no other machine makes; crypto.randomUUID is there only where the page is served securely. */
  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }
  const left = () => "left" in document.documentElement.dataset; // by leaving.js
  /* What this browser keeps; a store that is full or forbidden keeps nothing, and the page goes on. */
  const kept = {
    get(key, otherwise) {
      try {
        return JSON.parse(localStorage.getItem(key)) ?? otherwise;
      } catch {
        return otherwise;
      }
    },
    set(key, value) {
      if (left()) return;
      try {
        if (value === null) localStorage.removeItem(key);
        else localStorage.setItem(key, JSON.stringify(value));
      } catch { /* said above */ }
    },
  };
  /* Keeps pages, each an address and the one it is found under, and what they are made of for when the net is gone: by a
     worker, where they are served securely. What is kept already is only fetched `anew` where that is asked for. */
  async function keep(worker, pages, anew) {
    if (!navigator.serviceWorker || !self.caches) return;
    await navigator.serviceWorker.register(worker, { scope: "/meetings/" });
    if (left()) return;
    const cache = await caches.open("headrope-conference");
    const parts = performance.getEntriesByType("resource").map((each) => new URL(each.name)).filter((address) => address.pathname.startsWith("/static/"));
    await Promise.all(parts.map(async (address) => (await cache.match(address.href)) ?? cache.add(address.href)));
    for (const [address, name] of pages) {
      if (!anew && (await cache.match(name))) continue;
      const answer = await fetch(address);
      if (answer.status === 200 && !answer.redirected) await cache.put(name, answer);
    }
    document.documentElement.dataset.kept = "";
  }
  const clock = (milliseconds) => {
    const seconds = Math.max(0, Math.floor(milliseconds / 1000));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  const make = (tag, text = "", given = {}) => Object.assign(document.createElement(tag), { textContent: text, ...given });
  return { Lost, fetched, uuid, kept, keep, clock, make };
})();
