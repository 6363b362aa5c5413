/* A unit's form: keys of a sheet, paste from Excel, undo, and saving while one types. Without this file there is a Save button. */
"use strict";
(() => {
  const form = document.getElementById("entry");
  if (!form || !form.querySelector("[name^='v-']")) return;
  const live = document.querySelector("[data-live]");
  const signIn = document.querySelector("[data-sign-in]"), pasted = document.querySelector("[data-pasted]");
  const cells = () => [...form.querySelectorAll("[data-cell] input")];
  const key = `headrope ${form.dataset.keep}`;
  const undone = [], saved = new Map();
  let timer = 0, running = null, again = false, leaving = false, signedOut = false, renewed = false;
  const notes = () => [...form.querySelectorAll(".f-note-row input")];
  /* What a page shows again after it could not be saved is not saved yet. */
  const remember = () => [...cells(), ...notes()].forEach((field) => saved.set(field.name, field.value));
  if (!document.querySelector(".hr-error.is-unsaved")) remember();
  else [...cells(), ...notes()].forEach((field) => saved.set(field.name, null));

  const say = (text) => {
    live.textContent = text;
    live.hidden = !text;
  };
  const answers = () => [...form.querySelectorAll("[name^='a-']")];
  const changed = () => [...cells(), ...notes(), ...answers()].filter((field) => field.value !== (saved.has(field.name) ? saved.get(field.name) : field.defaultValue));
  const left = () => "left" in document.documentElement.dataset; // by leaving.js: who signs out was asked already
  const keep = () => {
    if (left()) return;
    const fields = changed();
    try {
      if (fields.length) localStorage.setItem(key, JSON.stringify({ exponent: form.elements.exponent.value, fields: fields.map((f) => [f.name, f.value]) }));
      else localStorage.removeItem(key);
    } catch { /* a full or forbidden store: what is typed stays on the page */ }
  };

  /* What comes back renews everything but the fields that are typed in. */
  function renew(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const made = fresh.getElementById("entry");
    if (!made) return false;
    if (made.elements.exponent.value !== form.elements.exponent.value) {
      /* Money is counted in another scale by now (language, scale or form was changed elsewhere): nothing of it goes into these cells. */
      again = false;
      leaving = true;
      keep();
      location.reload();
      return true;
    }
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const held = document.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
      if (!held || held.outerHTML === part.outerHTML) continue;
      const focus = held.contains(document.activeElement) ? document.activeElement : null;
      const name = focus?.name, value = focus?.value, at = focus?.selectionStart;
      held.replaceWith(part);
      const field = name && [...part.querySelectorAll("input")].find((input) => input.name === name);
      if (field) {
        field.value = value;
        field.focus();
        if (at !== null) field.setSelectionRange(at, at);
      }
    }
    for (const cell of made.querySelectorAll("[data-cell]")) {
      const held = form.querySelector(`[data-cell="${CSS.escape(cell.dataset.cell)}"]`);
      const now = held?.querySelector("input"), then = cell.querySelector("input");
      if (!now || !then) continue;
      held.className = cell.className;
      now.placeholder = then.placeholder;
      then.hasAttribute("aria-invalid") ? now.setAttribute("aria-invalid", "true") : now.removeAttribute("aria-invalid");
      if (now !== document.activeElement && now.value === (saved.get(now.name) ?? now.value)) now.value = then.value;
      /* What is in the cell that has the focus may have been typed since it was sent. */
      if (now !== document.activeElement) saved.set(now.name, then.value);
    }
    for (const made_ of made.querySelectorAll(".f-note-row input")) {
      const now = form.elements[made_.name];
      if (!now || now === document.activeElement) continue;
      if (now.value === (saved.get(now.name) ?? now.value)) now.value = made_.value;
      saved.set(now.name, made_.value);
      noted(now);
    }
    form.dataset.rowVersion = form.elements.row_version.value = made.dataset.rowVersion;
    return true;
  }

  /* A note that is there shows in its row; the mark at the measure is filled. */
  function noted(field) {
    const row = field.closest("tr"), mark = row.previousElementSibling.querySelector("[data-note]");
    row.classList.toggle("is-shown", Boolean(field.value));
    row.previousElementSibling.classList.toggle("is-noted", Boolean(field.value));
    mark.classList.toggle("has-note", Boolean(field.value));
  }

  /* The session has ended: what is typed stays, and is saved as soon as the same person has signed in again. */
  function waitForSignIn(text) {
    signedOut = true;
    keep();
    say(text);
    signIn.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(comeBack, 5000);
  }
  async function comeBack() {
    clearTimeout(timer);
    try {
      const answer = await fetch(location.href, { redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect") return waitForSignIn(form.dataset.saidSignedOut);
      const made = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("entry");
      if (made?.dataset.keep !== form.dataset.keep) return waitForSignIn(form.dataset.saidOther);
      form.elements.csrfmiddlewaretoken.value = made.elements.csrfmiddlewaretoken.value;
    } catch {
      say(form.dataset.saidKept);
      timer = setTimeout(comeBack, 5000);
      return;
    }
    signedOut = false;
    renewed = true;
    signIn.hidden = true;
    say("");
    save();
  }
  addEventListener("focus", () => signedOut && comeBack());

  async function save(extra) {
    clearTimeout(timer);
    if (running) {
      again = true;
      return running;
    }
    if (signedOut) {
      keep();
      comeBack();
      return false;
    }
    const fields = changed();
    if (!fields.length && !extra) return true;
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "row_version", "exponent"]) body.append(name, form.elements[name].value);
    fields.forEach((field) => body.append(field.name, field.value));
    if (extra) body.append(extra[0], extra[1]);
    const sent = fields.map((field) => [field, field.value]);
    say(form.dataset.saidSaving);
    running = (async () => {
      try {
        const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, redirect: "manual" });
        if (answer.type === "opaqueredirect") {
          waitForSignIn(form.dataset.saidSignedOut);
          return false;
        }
        const text = await answer.text();
        if (answer.status === 409) {
          /* Somebody else was faster: the page that shows both is asked for with what was typed here. */
          leaving = true;
          localStorage.removeItem(key);
          [...cells(), ...notes()].forEach((field) => (field.disabled = !fields.includes(field)));
          form.submit();
          return false;
        }
        if (answer.status === 403 && !renewed) {
          /* Signed in anew in another tab, or the right is gone: the page itself says which. */
          keep();
          timer = setTimeout(comeBack, 0);
          return false;
        }
        if (answer.status === 403) {
          keep();
          say(new DOMParser().parseFromString(text, "text/html").querySelector("h1")?.textContent ?? "");
          return false;
        }
        if (answer.status === 422) {
          /* What no cell holds, such as a pasted text that is too long: told, and tried again when it is changed. */
          const told = new DOMParser().parseFromString(text, "text/html").querySelector(".hr-error li");
          say(told ? told.textContent.trim().replace(/\s+/g, " ") : "");
          return false;
        }
        if (!answer.ok) throw new Error(answer.status);
        sent.forEach(([field, value]) => saved.set(field.name, value));
        if (!renew(text)) throw new Error("other page");
        renewed = false;
        keep();
        say("");
        return true;
      } catch {
        keep();
        say(form.dataset.saidKept);
        timer = setTimeout(save, 5000);
        return false;
      } finally {
        running = null;
        if (again) {
          again = false;
          timer = setTimeout(save, 50);
        }
      }
    })();
    return running;
  }
  const later = () => {
    keep();
    clearTimeout(timer);
    timer = setTimeout(save, 900);
  };

  /* Undo goes over cells, one step for each change of a cell or each paste. */
  const before = new Map();
  const step = (changes) => changes.length && undone.push(changes);
  form.addEventListener("focusin", (event) => before.set(event.target, event.target.value));
  form.addEventListener("change", (event) => {
    if (event.target.closest("[data-cell]")) step([[event.target, before.get(event.target) ?? ""]]);
    before.set(event.target, event.target.value);
    save();
  });
  form.addEventListener("input", (event) => {
    if (event.target.closest(".f-note-row")) noted(event.target);
    pasted.hidden = true;
    later();
  });

  function go(cell) {
    if (!cell) return;
    cell.focus();
    cell.select();
    cell.scrollIntoView({ block: "nearest" });
  }
  const near = (cell, by) => cells()[cells().indexOf(cell) + by];
  function nextProblem() {
    const stops = [...form.querySelectorAll(".is-wrong input, .is-missing input, .f-answer input")].filter((field) => field.closest(".is-wrong, .is-missing") || !field.value);
    go(stops[(stops.indexOf(document.activeElement) + 1) % stops.length]);
  }
  function writeNote(mark) {
    if (!mark) return;
    mark.open = true;
    mark.closest("tr").nextElementSibling.querySelector("input").focus();
  }
  form.addEventListener("toggle", (event) => event.target.open && event.target.matches("[data-note]") && writeNote(event.target), true);
  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.("[data-cell] input");
    const field = event.target.closest?.(".f-side input"), note = event.target.closest?.(".f-note-row input");
    if (event.key === "F8") nextProblem();
    else if (cell && event.key === "F2" && event.shiftKey) writeNote(cell.closest("tr").querySelector("[data-note]"));
    else if (note && (event.key === "Enter" || event.key === "Escape")) {
      if (event.key === "Escape") note.value = before.get(note) ?? note.value;
      noted(note);
      note.closest("tr").previousElementSibling.querySelector("[data-note]").open = false;
      go(note.closest("tr").previousElementSibling.querySelector("[data-cell] input"));
    }
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && cell) {
      if (cell.value !== (before.get(cell) ?? "")) cell.value = before.get(cell) ?? "";
      else (undone.pop() ?? []).forEach(([held, value]) => {
        held.value = value;
        before.set(held, value);
        held.focus();
      });
      later();
    } else if (cell && (event.key === "Enter" || event.key === "ArrowDown")) go(near(cell, event.shiftKey ? -1 : 1)) ?? save();
    else if (cell && event.key === "ArrowUp") go(near(cell, -1));
    else if (cell && event.key === "Escape") cell.value = before.get(cell) ?? cell.value;
    else if (field && event.key === "Enter") save();
    else return;
    event.preventDefault();
  });
  /* Of several columns the first one that holds mostly figures is meant: what stands before it are names. */
  const FIGURE = /^[-+\u2212(]?[\d\uff10-\uff19][\d\uff10-\uff19.,\uff0c\uff0e\s]*(k|m|bn|thousand|million|billion|yuan|[十百千万亿]*元?|[%\uff05])\)?$/i;
  function column(lines) {
    const width = Math.max(...lines.map((line) => line.length));
    const all = [...Array(width).keys()].map((at) => lines.map((line) => (line[at] ?? "").trim()));
    const at = all.findIndex((texts) => 2 * texts.filter((text) => FIGURE.test(text)).length > texts.filter(Boolean).length);
    return { texts: all[Math.max(at, 0)], at: Math.max(at, 0) + 1, width };
  }
  /* The rows are those of the workbook: what falls on a computed one is left out. Just as many lines as there are cells
     come from somebody's own sheet, which has no computed rows: these are passed over. Either is said. */
  form.addEventListener("paste", (event) => {
    const cell = event.target.closest("[data-cell] input");
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const lines = text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t"));
    if (!cell || (lines.length < 2 && lines[0].length < 2)) return;
    event.preventDefault();
    const taken = column(lines), changes = [], computed = [], texts = [...taken.texts];
    const every = [...form.querySelectorAll("tr[id^='row-']")];
    const rows = every.slice(every.indexOf(cell.closest("tr")));
    const own = texts.length === rows.filter((row) => row.querySelector("[data-cell] input")).length;
    rows.forEach((row) => {
      if (!texts.length) return;
      const held = row.querySelector("[data-cell] input");
      const typed = held || !own ? texts.shift() : "";
      if (!held) return (own || typed) && computed.push(row.id.slice(4));
      changes.push([held, held.value]);
      held.value = typed;
      before.set(held, held.value);
    });
    step(changes);
    const from = changes[0][0].parentElement.dataset.at, to = changes.at(-1)[0].parentElement.dataset.at;
    const said = form.dataset, about = own ? said.saidPassed : said.saidComputed;
    pasted.textContent = [
      said.saidPasted.replace("{cells}", from === to ? from : `${from}–${to}`),
      taken.width > 1 ? said.saidColumn.replace("{n}", taken.at).replace("{all}", taken.width) : "",
      computed.length ? about.replace("{cells}", computed.join(" ")) : "",
      texts.length ? said.saidBelow.replace("{n}", texts.length) : "",
    ].filter(Boolean).join(" ");
    pasted.hidden = false;
    save();
  });
  document.addEventListener("click", (event) => {
    const to = event.target.closest("[data-to]"), take = event.target.closest("[data-take]");
    const word = event.target.closest("[data-word]"), next = event.target.closest("[data-next-problem]");
    if (to) go(form.querySelector(`[data-cell="${CSS.escape(to.dataset.to)}"] input`));
    else if (take) {
      const field = form.elements[take.dataset.take];
      field.value = take.dataset.value;
      if (field.closest(".f-note-row")) noted(field);
      take.remove();
      save();
    } else if (word) save([word.name, word.value]);
    else if (next) nextProblem();
    else return;
    event.preventDefault();
  });
  /* A button that changes the state goes with what is typed: saved first. */
  form.addEventListener("submit", async (event) => {
    if (leaving || (!changed().length && !running)) return;
    event.preventDefault();
    const button = event.submitter;
    while (running) await running;
    if (changed().length && !(await save())) return;
    leaving = true;
    notes().forEach((field) => (field.disabled = true)); // they are saved, and a form has a limit of fields
    form.requestSubmit(button?.isConnected ? button : document.querySelector(button?.hasAttribute("data-next-problem") ? "[data-submit]" : `[formaction="${button?.getAttribute("formaction")}"]`) ?? undefined);
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && !left() && changed().length) event.preventDefault();
  });

  /* What could not be saved before is back. */
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null");
    if (kept?.fields?.length) {
      /* Typed in another scale it is saved in that one, and the page is loaded again. */
      if (kept.exponent) form.elements.exponent.value = kept.exponent;
      kept.fields.forEach(([name, value]) => {
        const field = form.elements[name];
        if (!field || !("value" in field)) return;
        field.value = value;
        saved.set(name, null);
      });
      say(form.dataset.saidFound);
      timer = setTimeout(save, 300);
    }
  } catch { localStorage.removeItem(key); }
  const first = cells().find((cell) => !cell.value) ?? cells()[0];
  if (!location.hash) first?.focus({ preventScroll: true });
})();
