/* Draws the charts of a page: Vega-Lite specs in the colours and letters of the page, without eval. Where this file or
   Vega does not run, the table of the same numbers stands there. */
"use strict";
{ // names of its own: scripts of a page share one scope
const views = new Map(); // node → { view, width }
const style = getComputedStyle(document.documentElement);

/* "$--bar" becomes var(--bar): the browser recolours the picture by itself in the dark and in print. Letters are
   measured before they are drawn, so their family has to be a plain one. Data are never looked into. */
const dressed = (value, key) =>
  key === "values" ? value
  : typeof value === "string" ? (value === "$--face" ? style.getPropertyValue("--face").trim() : value.replace(/^\$(--[a-z0-9-]+)$/, "var($1)"))
  : Array.isArray(value) ? value.map((each) => dressed(each))
  : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, dressed(each, name)]))
  : value;

async function draw(node) {
  const spec = dressed(JSON.parse(document.getElementById(node.dataset.chart).textContent));
  const width = node.clientWidth;
  const beside = spec.usermeta?.beside ?? 0;
  if (width && typeof spec.width === "number") spec.width = Math.max(80, width - beside);
  const runtime = vega.parse(vegaLite.compile(spec).spec, null, { ast: true });
  const view = new vega.View(runtime, { expr: vega.expressionInterpreter, renderer: "svg", logLevel: vega.Error });
  views.get(node)?.view.finalize();
  views.set(node, { view, width });
  await view.initialize(node).runAsync();
}
/* What cannot be drawn is read. */
function show(node) {
  return draw(node).catch((error) => {
    console.error(error);
    node.hidden = true;
    node.parentElement.querySelector("details").open = true;
  });
}
const inside = (root) => [...(root.matches?.("[data-chart]") ? [root] : []), ...root.querySelectorAll("[data-chart]")];
const all = (root) => document.fonts.ready.then(() => Promise.all(inside(root).filter((node) => !views.has(node)).map(show)));

/* The frame is marked when all is drawn: who takes a picture of the page waits for it. */
all(document).then(() => document.documentElement.setAttribute("data-drawn", ""));
document.addEventListener("htmx:load", (event) => all(event.detail.elt));
document.addEventListener("htmx:beforeCleanupElement", (event) => {
  for (const node of [...views.keys()].filter((each) => event.detail.elt.contains(each))) {
    views.get(node).view.finalize();
    views.delete(node);
  }
});
addEventListener("resize", () => {
  for (const [node, { width }] of views) if (node.clientWidth && node.clientWidth !== width) show(node);
});
}
