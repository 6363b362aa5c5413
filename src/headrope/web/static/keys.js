/* The keyboard: nouns after G, rows with J and K, periods, and the list of all keys of the page. docs/how-to/keyboard.md */
"use strict";
{ // names of its own: scripts of a page share one scope
const PAUSE = 1500; // ms in which the letter follows G
const ROWS = ".hr-table tbody tr, .u-tree .u-name, .tabulator-row, [data-row]";
const MAIN = "th a, .hr-strong a, a, button, input"; // where a row's focus goes, best first
let since = 0;

const typing = (target) => Boolean(target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"));
const shown = (node) => node.offsetParent !== null;

function main(row) {
  for (const selector of MAIN.split(", ")) {
    const found = [...row.querySelectorAll(selector)].find(shown);
    if (found) return found;
  }
  return null;
}
/* Next row or the one before; in the panel where it is open. */
function step(by) {
  const side = document.getElementById("panel");
  const scope = side?.firstElementChild ? side : document.getElementById("page");
  const rows = [...(scope?.querySelectorAll(ROWS) ?? [])].filter((row) => shown(row) && main(row));
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, at + by))];
  next.scrollIntoView({ block: "nearest" });
  main(next).focus();
}
function row(list, keys, text) {
  const line = document.createElement("div");
  line.dataset.made = "";
  const dt = document.createElement("dt");
  keys.forEach((key) => dt.append(Object.assign(document.createElement("kbd"), { textContent: key }), " "));
  line.append(dt, Object.assign(document.createElement("dd"), { textContent: text }));
  list.append(line);
}
function help() {
  const dialog = document.getElementById("keys");
  if (!dialog || dialog.open) return;
  const list = dialog.querySelector("dl");
  list.querySelectorAll("[data-made]").forEach((made) => made.remove());
  list.querySelectorAll("[data-for]").forEach((line) => (line.hidden = !document.querySelector(line.dataset.for)));
  document.querySelectorAll("[data-key][data-help]").forEach((node) => row(list, [node.dataset.key.toUpperCase()], node.dataset.help));
  const seen = new Set();
  document.querySelectorAll("[data-go]").forEach((node) => {
    if (seen.has(node.dataset.go)) return;
    seen.add(node.dataset.go);
    row(list, ["G", node.dataset.go.toUpperCase()], node.firstChild.textContent.trim());
  });
  dialog.showModal();
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || event.defaultPrevented) return;
  if (document.getElementById("keys")?.open) return;
  const key = event.key.toLowerCase();
  if (event.timeStamp - since < PAUSE) {
    since = 0;
    const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    if (link) {
      event.preventDefault();
      event.stopImmediatePropagation();
      location.href = link.href;
      return;
    }
  }
  if (key === "g") since = event.timeStamp;
  else if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
  else if (key === "?") help();
  else return;
  event.preventDefault();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) help();
  if (event.target.closest("[data-shut]")) event.target.closest("dialog").close();
});
document.querySelectorAll("[data-keys]").forEach((button) => (button.hidden = false));
/* A table wider than its window can be scrolled from the keyboard. */
function reachable() {
  document.querySelectorAll(".hr-wide").forEach((box) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  });
}
reachable();
addEventListener("resize", reachable);
document.body.addEventListener("htmx:load", reachable);
}
