/* What a reader sees while a part of the page is fetched, and when that fails: in place, and what stood there stays. */
"use strict";
{ // names of its own: scripts of a page share one scope
const LINE = 300; // ms before anything is shown
const WORDS = 2000; // ms before it is put into words
const running = new Map();

/* Where it is told: the panel, or the section that the content belongs to. */
const place = (target) => target.closest("#panel, .hr-section, .hr-panel") ?? target;
const make = (tag, text, given = {}) => Object.assign(document.createElement(tag), { textContent: text, ...given });
function put(where, said) {
  where.querySelectorAll(":scope > :is(.hr-wait, .is-request)").forEach((old) => old.remove());
  const header = where.querySelector(":scope > header");
  if (header) header.after(said);
  else where.prepend(said);
}
function button(text, act) {
  const made = make("button", text, { type: "button", className: "hr-plain hr-act" });
  made.addEventListener("click", act);
  return made;
}
function close(text) {
  const made = make("button", text, { type: "button", className: "hr-plain hr-act" });
  made.dataset.close = ""; // headrope.js closes the panel
  return made;
}
function over(xhr) {
  const entry = running.get(xhr);
  if (!entry) return;
  entry.timers.forEach(clearTimeout);
  running.delete(xhr);
  entry.where.querySelectorAll(":scope > .hr-wait").forEach((said) => said.remove());
  if (![...running.values()].some((other) => other.where === entry.where)) entry.where.classList.remove("is-waiting");
}

document.body.addEventListener("htmx:beforeSend", (event) => {
  const { xhr, target, elt } = event.detail;
  if (!target || target.id === "found") return;
  const where = place(target);
  where.querySelectorAll(":scope > .is-request").forEach((old) => old.remove());
  const line = setTimeout(() => where.classList.add("is-waiting"), LINE);
  const words = setTimeout(() => {
    const texts = document.getElementById("said").dataset;
    const said = make("p", texts.slow, { className: "hr-wait", role: "status" });
    said.append(button(texts.stop, () => htmx.trigger(elt, "htmx:abort")));
    put(where, said);
  }, WORDS);
  running.set(xhr, { where, timers: [line, words] });
});
for (const name of ["htmx:afterRequest", "htmx:sendAbort", "htmx:timeout"]) {
  document.body.addEventListener(name, (event) => over(event.detail.xhr));
}
function failed(kind, { target, elt, requestConfig }) {
  if (!target?.isConnected) return;
  const texts = document.getElementById("said").dataset;
  const said = make("p", "", { className: "hr-error is-request", role: "alert" });
  const when = kind === "failed" ? ` ${requestConfig.path} · ${new Date().toLocaleTimeString()}` : "";
  said.append(make("b", texts[kind]), ` ${texts[`${kind}Then`]}${when} `);
  // Only what asks is asked again here; a change is repeated by the button that makes it.
  if (requestConfig.verb === "get" && kind !== "refused") {
    said.append(button(texts.again, () => htmx.ajax("GET", requestConfig.path, { source: elt, target }).catch(() => undefined)));
  }
  const where = place(target);
  if (where.id === "panel" && !where.querySelector(".hr-panel")) said.append(" ", close(texts.close));
  put(where, said);
}
document.body.addEventListener("htmx:sendError", (event) => failed("lost", event.detail));
document.body.addEventListener("htmx:timeout", (event) => failed("lost", event.detail));
document.body.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  failed(status === 429 ? "often" : status >= 500 ? "failed" : "refused", event.detail);
});
}
