/* A unit's form: keys of a sheet, paste from Excel, undo, and saving while one types. Without this file there is a Save button. */
"use strict";
(() => {
  const form = document.getElementById("entry");
  if (!form || !form.querySelector("[name^='v-']")) return;
  const live = document.querySelector("[data-live]");
  const cells = () => [...form.querySelectorAll("[data-cell] input")];
  const key = `headrope ${form.dataset.keep}`;
  const undone = [], saved = new Map();
  let timer = 0, running = null, again = false, leaving = false;
  const remember = () => cells().forEach((cell) => saved.set(cell.name, cell.value));
  remember();

  const say = (text) => {
    live.textContent = text;
    live.hidden = !text;
  };
  const answers = () => [...form.querySelectorAll("[name^='a-']")];
  const changed = () => [...cells(), ...answers()].filter((field) => field.value !== (saved.has(field.name) ? saved.get(field.name) : field.defaultValue));
  const keep = () => {
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
    form.dataset.rowVersion = form.elements.row_version.value = made.dataset.rowVersion;
    return true;
  }

  async function save(extra) {
    clearTimeout(timer);
    if (running) {
      again = true;
      return running;
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
        const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, redirect: "error" });
        const text = await answer.text();
        if (answer.status === 409) {
          /* Somebody else was faster: the page that shows both is asked for with what was typed here. */
          leaving = true;
          localStorage.removeItem(key);
          cells().forEach((cell) => (cell.disabled = !fields.includes(cell)));
          form.submit();
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
  form.addEventListener("input", later);

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
  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.("[data-cell] input");
    const field = event.target.closest?.(".f-side input");
    if (event.key === "F8") nextProblem();
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
  form.addEventListener("paste", (event) => {
    const cell = event.target.closest("[data-cell] input");
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const lines = text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t")[0].trim());
    if (!cell || lines.length < 2) return;
    event.preventDefault();
    const changes = [];
    cells().slice(cells().indexOf(cell)).forEach((held, place) => {
      if (place >= lines.length) return;
      changes.push([held, held.value]);
      held.value = lines[place];
      before.set(held, held.value);
    });
    step(changes);
    save();
  });
  document.addEventListener("click", (event) => {
    const to = event.target.closest("[data-to]"), take = event.target.closest("[data-take]");
    const word = event.target.closest("[data-word]"), next = event.target.closest("[data-next-problem]");
    if (to) go(form.querySelector(`[data-cell="${CSS.escape(to.dataset.to)}"] input`));
    else if (take) {
      const cell = form.querySelector(`[data-cell="${CSS.escape(take.dataset.take)}"] input`);
      cell.value = take.dataset.value;
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
    form.requestSubmit(button?.isConnected ? button : document.querySelector(button?.hasAttribute("data-next-problem") ? "[data-submit]" : `[formaction="${button?.getAttribute("formaction")}"]`) ?? undefined);
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && changed().length) event.preventDefault();
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
