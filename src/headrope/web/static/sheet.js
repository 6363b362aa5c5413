/* The sheet's print button. Without this file the browser's own menu prints the same page. */
"use strict";
{ // names of its own: scripts of a page share one scope
document.querySelectorAll("[data-print]").forEach((button) => (button.hidden = false));
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
}
