/* The tree of units as a grid: all rows at once, drawn as they come into sight, folded and filtered in the browser. */
"use strict";
{ // names of its own: scripts of a page share one scope
const MOST_OPEN = 2000; // rows up to which what a filter has found is unfolded

function tree(rows) {
  const nodes = rows.map(([code, name, other, above, kind, edit]) => ({ code, name, other, above, kind, edit, below: 0 }));
  nodes.forEach((node) => {
    if (node.above >= 0) nodes[node.above].below += 1;
  });
  return nodes;
}
/* Nested rows of those that are kept. */
function nested(nodes, kept) {
  const made = nodes.map((node, place) => (kept && !kept.has(place) ? null : { ...node }));
  const tops = [];
  made.forEach((node) => {
    if (!node) return;
    const above = node.above >= 0 ? made[node.above] : null;
    if (above) (above._children ??= []).push(node);
    else tops.push(node);
  });
  return tops;
}
/* The units that hold the text, and those above them. */
function matching(nodes, text) {
  const kept = new Set();
  let hits = 0;
  nodes.forEach((node, place) => {
    if (![node.code, node.name, node.other].some((each) => each.toLowerCase().includes(text))) return;
    hits += 1;
    for (let at = place; at >= 0 && !kept.has(at); at = nodes[at].above) kept.add(at);
  });
  return { kept, hits };
}
function link(href, text, look) {
  const made = Object.assign(document.createElement("a"), { href, textContent: text });
  if (look) made.className = look;
  return made;
}
function columns(said) {
  const path = (code) => encodeURIComponent(code);
  return [
    { title: said.unit, field: "name", widthGrow: 3, minWidth: 170, formatter: (cell) => {
      const { code, name, below } = cell.getData();
      return link(`/review/${path(code)}/`, name, below ? "hr-strong" : "u-end");
    } },
    { title: said.code, field: "code", widthGrow: 1, minWidth: 90, formatter: (cell) => {
      const { code, edit } = cell.getData();
      return edit ? link(`/organisation/${path(code)}/`, code, "u-code") : document.createTextNode(code);
    } },
    ...(innerWidth <= 900 ? [] : wide(said)),
  ];
}
function wide(said) {
  return [
    { title: said.kind, field: "kind", widthGrow: 1, minWidth: 100 },
    { title: said.below, field: "below", width: 110, hozAlign: "right", headerHozAlign: "right", formatter: (cell) => (cell.getValue() ? cell.getValue().toLocaleString("en") : "") },
  ];
}
const fold = (sign) => Object.assign(document.createElement("span"), { className: "u-fold", textContent: sign, ariaHidden: "true" });
async function unitGrid(element) {
  const answer = await fetch(element.dataset.rows, { headers: { Accept: "application/json" } });
  if (!answer.ok || !element.isConnected) return; // the plain list stays
  const { rows, at } = await answer.json();
  const nodes = tree(rows);
  const said = element.dataset;
  let open = new Set();
  for (let place = nodes.findIndex((node) => node.code === (said.at || at)); place >= 0; place = nodes[place].above) open.add(nodes[place].code);
  let unfolded = false;
  element.hidden = false;
  element.closest(".hr-section").classList.add("has-grid");
  const table = Headrope.grid(element, {
    data: nested(nodes), dataTree: true, dataTreeElementColumn: "name", dataTreeChildIndent: 0, dataTreeBranchElement: false,
    dataTreeExpandElement: fold("▸"), dataTreeCollapseElement: fold("▾"),
    dataTreeStartExpanded: (row) => unfolded || open.has(row.getData().code), maxHeight: Math.max(360, innerHeight - 210),
    placeholder: said.empty, columns: columns(said), rowFormatter: (row) => {
      const { below } = row.getData();
      let level = 1;
      for (let above = row.getTreeParent(); above; above = above.getTreeParent()) level += 1;
      row.getElement().setAttribute("aria-level", level);
      if (below) row.getElement().setAttribute("aria-expanded", row.isTreeExpanded());
      row.getElement().classList.toggle("is-here", row.getData().code === said.at);
    },
  });
  table.on("tableBuilt", () => {
    element.setAttribute("role", "treegrid");
    element.setAttribute("aria-label", said.unit);
    element.dataset.ready = "";
  });
  for (const event of ["dataTreeRowExpanded", "dataTreeRowCollapsed"]) {
    table.on(event, (row) => row.getElement().setAttribute("aria-expanded", event === "dataTreeRowExpanded"));
  }
  controls(element, table, nodes, (all, codes) => {
    unfolded = all;
    open = codes ?? open;
  });
}
function controls(element, table, nodes, set) {
  const section = element.closest(".hr-section");
  const field = section.querySelector("[data-filter]");
  const count = section.querySelector("[data-count]");
  section.querySelectorAll("[data-needs-grid]").forEach((node) => (node.hidden = false));
  document.querySelectorAll("[data-needs-none]").forEach((node) => (node.hidden = true));
  let waiting = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const text = field.value.trim().toLowerCase();
      const found = text ? matching(nodes, text) : null;
      count.textContent = found ? found.hits.toLocaleString("en") : "";
      set(Boolean(found) && found.kept.size <= MOST_OPEN);
      table.setData(nested(nodes, found?.kept));
    }, 120);
  });
  const all = (open) => {
    set(open, open ? undefined : new Set());
    table.setData(nested(nodes));
  };
  section.querySelector("[data-unfold]").addEventListener("click", () => all(true));
  section.querySelector("[data-fold]").addEventListener("click", () => all(false));
  element.addEventListener("keydown", (event) => {
    const open = { ArrowRight: true, ArrowLeft: false }[event.key];
    const line = event.target.closest(".tabulator-row");
    if (open === undefined || !line) return;
    const row = table.rowManager.getDisplayRows().find((each) => each.getElement() === line)?.getComponent();
    event.preventDefault();
    if (!row) return;
    if (open ? row.getData().below && !row.isTreeExpanded() : row.isTreeExpanded()) row[open ? "treeExpand" : "treeCollapse"]();
    else if (!open && row.getTreeParent()) return row.getTreeParent().getElement().querySelector("a").focus();
    row.getElement().querySelector("a").focus();
  });
}
Headrope.each(".hr-grid[data-rows]", unitGrid);
}
