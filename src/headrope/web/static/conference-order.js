/* Whether the screens can be loaded again without the net; the speaking order by hand: buttons and Alt with the arrows move a unit; places are numbered anew. */
"use strict";
{ // names of its own: scripts of a page share one scope
const form = document.querySelector(".m-order");
const rows = () => [...form.querySelectorAll("tbody tr:not(.m-out)")];
function number() {
  rows().forEach((row, place) => (row.querySelector(".m-place").value = place + 1));
  form.querySelector("[data-unsaved]").hidden = false;
}
function move(row, by, focus) {
  const all = rows(), other = all[all.indexOf(row) + by];
  if (!other) return;
  if (by < 0) other.before(row);
  else other.after(row);
  number();
  focus.focus();
}
document.querySelectorAll("[data-insecure]").forEach((node) => { node.hidden = isSecureContext; });
if (form?.querySelector(".m-place")) {
  form.querySelectorAll("[data-by]").forEach((button) => (button.hidden = Boolean(button.closest(".m-out"))));
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-by]");
    if (button) move(button.closest("tr"), Number(button.dataset.by), button);
  });
  form.addEventListener("keydown", (event) => {
    const row = event.target.closest("tbody tr:not(.m-out)");
    if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    move(row, event.key === "ArrowUp" ? -1 : 1, event.target);
  });
  form.addEventListener("input", () => (form.querySelector("[data-unsaved]").hidden = false));
}
}
