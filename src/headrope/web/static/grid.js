/* Grids (Tabulator) in the dress of the house, and at peace with HTMX: a grid leaves before HTMX swaps its place. */
"use strict";
window.Headrope = (() => {
  const grids = new Set();
  const makers = [];

  /* Tabulator makes its scroll box focusable inside the grid's role, which readers of the screen stumble over; links,
     inputs and cells take the focus. An empty table gets a text box without a role of its own. */
  function mend(element) {
    element.querySelectorAll(".tabulator-tableholder[tabindex]").forEach((box) => box.removeAttribute("tabindex"));
    element.querySelectorAll(".tabulator-header [role=row], .tabulator-headers").forEach((head) => head.setAttribute("role", "row"));
  }
  /* A grid in the element; options are Tabulator's. The element is given back empty when HTMX takes its place. */
  function grid(element, options) {
    const table = new Tabulator(element, { layout: "fitColumns", columnDefaults: { headerSort: false, resizable: false }, ...options });
    grids.add(table);
    element.grid = table;
    for (const event of ["tableBuilt", "dataProcessed", "renderComplete"]) table.on(event, () => mend(element));
    return table;
  }
  function destroy(within) {
    for (const table of grids) {
      if (!within.contains(table.element)) continue;
      grids.delete(table);
      delete table.element.grid;
      table.destroy();
    }
  }
  /* make(element) is called for each element of the selector, now and whenever HTMX brings one. */
  function each(selector, make) {
    makers.push([selector, make]);
    document.querySelectorAll(selector).forEach(make);
  }
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.shouldSwap) destroy(event.detail.target);
  });
  document.body.addEventListener("htmx:load", (event) => {
    const node = event.detail.elt;
    if (node === document.body) return;
    for (const [selector, make] of makers) {
      if (node.matches(selector)) make(node);
      node.querySelectorAll(selector).forEach(make);
    }
  });
  return { grid, grids, destroy, each };
})();
