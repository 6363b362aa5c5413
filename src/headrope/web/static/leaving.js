/* What this browser keeps of a person: it goes when the person signs out, or when another signs in. What was written and is
   not on the server yet is never removed in silence: who signs out is asked, and it waits for the same person. Keys of the
   store begin with "headrope", the number of the person, and what it is. */
"use strict";
{ // names of its own: scripts of a page share one scope
const PAGES = "headrope-conference"; // the cache of conference-worker.js
const LAST = "headrope person"; // who was here last
const owner = document.querySelector("[data-person]")?.dataset.person;

/* Without a store, or where it is forbidden, nothing is kept. */
function each(key) {
  try {
    return { key, value: JSON.parse(localStorage.getItem(key)) };
  } catch {
    return { key, value: null };
  }
}
function stored() {
  try {
    return Object.keys(localStorage).filter((key) => /^headrope [0-9]+ /.test(key)).map(each);
  } catch {
    return [];
  }
}
/* Figures, notes and moves of the big screen stand there only until they are saved; the note in a form stays there, with
   a mark when it has been touched since. */
function unsent({ key, value }) {
  if (/^headrope [0-9]+ notes [0-9]+ [0-9]+$/.test(key)) return Boolean(value?.touched);
  return /^headrope [0-9]+ (figures .*|notes [0-9]+|meeting [0-9]+ queue)$/.test(key);
}
async function clear(also = () => false) {
  stored().filter((entry) => also(entry) || !unsent(entry)).forEach(({ key }) => localStorage.removeItem(key));
  await self.caches?.delete(PAGES).catch(() => false);
}
const mine = ({ key }) => key.startsWith(`headrope ${owner} `);

/* Who has said that he leaves: until the next page stands here this one goes on, and what it sends fails; from now on it
   writes nothing into the store any more, or what was just discarded would come back. Its scripts ask for `left`. */
async function leave(form, also) {
  document.documentElement.dataset.left = "";
  await clear(also);
  form.submit();
}
document.addEventListener("submit", (event) => {
  const form = event.target, dialog = document.getElementById("leaving");
  if (form.getAttribute("action") !== "/sign-out/") return;
  event.preventDefault();
  if (!dialog || !stored().some((entry) => mine(entry) && unsent(entry))) return void leave(form);
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "keep") leave(form);
    if (dialog.returnValue === "discard") leave(form, mine);
  }, { once: true });
  dialog.returnValue = "";
  dialog.showModal();
});

try {
  const last = localStorage.getItem(LAST);
  if (owner && last !== owner) {
    if (last !== null) clear();
    localStorage.setItem(LAST, owner);
  }
} catch { /* said above */ }
}
