/* A link to a paper asks for it and asks again until it is made, so that the page stays free; a second click stops.
   Without this file it is a plain download. */
"use strict";
{ // names of its own: scripts of a page share one scope
const SIGN = 300; // ms before anything is shown
const AGAIN = 400; // ms between two questions
const named = (answer) => {
  const header = answer.headers.get("Content-Disposition") ?? "";
  const coded = /filename\*=utf-8''([^;]+)/i.exec(header);
  return coded ? decodeURIComponent(coded[1]) : /filename="([^"]+)"/.exec(header)?.[1] ?? "";
};
const stops = new Map(); // links that are being answered, and what stops each
function keep(data, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(data), download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
const asked = async (link, signal) => {
  for (;;) {
    const answer = await fetch(link.href, { headers: { Prefer: "respond-async" }, signal });
    if (answer.status !== 202 || !answer.headers.has("Preference-Applied")) return answer;
    await new Promise((done) => setTimeout(done, AGAIN));
  }
};
async function fetched(link) {
  const text = link.textContent, stop = new AbortController();
  const began = Date.now();
  const told = () => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    link.textContent = `${link.dataset.busy}${seconds > 1 ? ` ${seconds} s` : ""} ×`;
  };
  let every = 0;
  const sign = setTimeout(() => (told(), (every = setInterval(told, 1000))), SIGN);
  link.setAttribute("aria-busy", "true");
  stops.set(link, stop);
  try {
    const answer = await asked(link, stop.signal);
    const file = answer.ok && named(answer);
    if (stop.signal.aborted) return;
    if (file) keep(await answer.blob(), file);
    else location.assign(link.href); // what is wrong is said by a page
  } catch {
    if (!stop.signal.aborted) location.assign(link.href);
  } finally {
    clearTimeout(sign);
    clearInterval(every);
    stops.delete(link);
    link.textContent = text;
    link.removeAttribute("aria-busy");
  }
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-busy]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (stops.has(link)) stops.get(link).abort();
  else fetched(link);
});
}
