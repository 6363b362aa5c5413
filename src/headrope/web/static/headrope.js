/* The keyboard, the panel of a number and menus that close. Everything works without this file, only with more page loads. */
"use strict";
{ // names of its own: scripts of a page share one scope
const one = (selector, within = document) => within.querySelector(selector);
const panel = () => document.getElementById("panel");
const isOpen = () => Boolean(panel()?.firstElementChild);
let base = location.href;
let opened = null;

/* A number opens its origin beside the page; its address is the origin's own. */
function show(address) {
  opened?.classList.remove("is-open");
  return htmx.ajax("GET", address, { target: "#panel", swap: "innerHTML" }).then(() => {
    if (!isOpen()) return;
    panel().scrollTop = 0;
    reveal();
    panel().focus({ preventScroll: true });
    const part = new URL(address, location.href).hash.slice(1); // the section that tells the number
    if (part) panel().querySelector(`[id="${CSS.escape(part)}"]`)?.scrollIntoView();
  }, () => undefined); // told by waiting.js
}
function open(link) {
  if (!isOpen()) base = location.href;
  history.pushState({ panel: true }, "", link.href);
  const inPage = !panel().contains(link);
  const last = opened;
  show(link.href);
  opened = inPage ? link : last;
  opened?.classList.add("is-open");
}
function close() {
  if (!isOpen()) return false;
  panel().replaceChildren();
  opened?.classList.remove("is-open");
  opened?.focus();
  opened = null;
  return true;
}
/* Buttons that need this file are hidden until it runs. */
function reveal() {
  document.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = false));
  document.querySelectorAll("#panel [data-close]").forEach((button) => (button.hidden = false));
}
async function copy() {
  const node = one("[data-address]");
  if (!node) return;
  await navigator.clipboard?.writeText(new URL(node.dataset.address, location.href).href);
  const said = one("[data-copied]", node);
  said.hidden = false;
  setTimeout(() => (said.hidden = true), 1500);
}
const closeMenus = (except) => {
  const menus = [...document.querySelectorAll("details.hr-drop[open]")].filter((menu) => !menu.contains(except));
  menus.forEach((menu) => (menu.open = false));
  return menus;
};
const clearFound = () => document.getElementById("found")?.replaceChildren();

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest(".hr-list a") ? null : event.target);
  if (!event.target.closest(".hr-seek")) clearFound();
  if (event.target.closest("[data-copy]")) copy();
  if (event.target.closest("[data-close]") && close()) history.pushState(null, "", base);
  const link = event.target.closest("a.hr-n, #panel a.d-down");
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || !panel() || !new URL(link.href).pathname.startsWith("/origin/")) return;
  event.preventDefault();
  open(link);
});
addEventListener("popstate", () => {
  if (location.pathname.startsWith("/origin/")) {
    if (panel()) show(location.href);
  } else if (!close() && location.href !== base) location.reload();
  else base = location.href;
});

function escape(event) {
  const menus = closeMenus(null);
  if (menus.length) one("summary", menus[0]).focus();
  else if (document.activeElement?.id === "seek") {
    clearFound();
    document.activeElement.blur();
  } else if (close()) history.pushState(null, "", base);
  else return;
  event.preventDefault();
}
/* Down and up walk through a menu or what the search has found. */
function walk(event) {
  const box = event.target.closest(".hr-seek, details.hr-drop[open]");
  if (!box) return;
  const stops = [...box.querySelectorAll("input[type=search], summary, .hr-found a, .hr-list a, .hr-list button")];
  const at = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  if (stops[at]) {
    stops[at].focus();
    event.preventDefault();
  }
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return escape(event);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") return walk(event);
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  if (event.key === "/") {
    document.getElementById("seek")?.focus();
    event.preventDefault();
  } else if (event.key === "c" || event.key === "C") copy();
  else one(`[data-key="${CSS.escape(event.key)}"]`)?.click();
});
document.addEventListener("DOMContentLoaded", reveal);
document.body.addEventListener("htmx:afterSettle", () => {
  /* What a page fetches by itself may come while a panel is on its way, whose address stands there already. */
  if (!isOpen() && !history.state?.panel) base = location.href;
});
/* What the panel may not show any more is shown as the page that it is; what fails is told in place (waiting.js). */
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if ([404, 403].includes(event.detail.xhr.status) && event.detail.target.id === "panel") location.reload();
});
}
