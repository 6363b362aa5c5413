/* The secretary's page: a note is kept in this browser at every key and on the server a second later; when the net is
   gone in mid-sentence it goes on here, also for the next units, and is sent when the net is back. Without this file there
   are buttons. */
"use strict";
(() => {
  const form = document.getElementById("note"), page = document.getElementById("page");
  const number = page.dataset.number, said = form.dataset, fields = form.elements;
  const { Lost, fetched, uuid, kept, keep: keepPages, clock, make } = Meeting;
  const field = (name) => fields.namedItem(name); // `item` is a method of the list
  const item = Number(field("item").value), person = document.querySelector("[data-person]").dataset.person;
  const store = `headrope ${person} notes ${number}`, own = `${store} ${item}`; // known to leaving.js
  const ASK = 2000, PAUSE = 1200; // ms: between questions, after a key
  const MOST = 60; // units whose pages are kept for when the net is gone
  const first = JSON.parse(document.getElementById("state").textContent);
  const list = document.getElementById("list"), status = document.querySelector("[data-saved]");
  const NAMES = ["key", "version", "item", "kind", "words", "to", "due", "remark"];

  let outbox = kept.get(store, []); // notes that are not on the server as they are here, oldest first
  let state = "draft"; // of the note in the form, as the server has it
  let sending = false, timer = 0, onScreen = first.stand.item, known = first.notes, touched = false, lost = false;
  const here = sessionStorage.getItem("headrope window") ?? uuid();
  sessionStorage.setItem("headrope window", here);
  fields.window.value = here;

  const say = (text) => (status.textContent = text);
  function complain(text) {
    const box = document.querySelector("[data-problem]");
    box.textContent = text;
    box.hidden = !text;
  }
  const clean = (text) => text.replace(/[\u0000-\u0008\u000b-\u001f]/g, "");
  const typed = () => Object.fromEntries(NAMES.map((name) => [name, clean(field(name).value)]));
  const written = () => fields.words.value.trim() !== "";
  function keep() {
    kept.set(own, written() ? { ...typed(), state, touched } : null);
    kept.set(store, outbox.length ? outbox : null);
  }
  function show(note) {
    NAMES.forEach((name) => (field(name).value = note[name] ?? ""));
    state = note.state ?? "draft";
    touched = note.touched ?? false;
    manner();
  }
  function fresh() {
    const kind = fields.kind.value;
    show({ key: uuid(), version: 0, item, kind, words: "", to: fields.to.dataset.first, due: "", remark: "" });
    keep();
    fields.words.focus();
  }
  /* Which fields and buttons there are: an order has an addressee, what stands can be done or withdrawn. */
  function manner() {
    const standing = state !== "draft", of = known.find((note) => note.key === fields.key.value);
    form.querySelector("[data-order]").hidden = fields.kind.value !== "order";
    form.querySelector("[data-remark]").hidden = !standing;
    form.querySelector("[data-done]").hidden = !(standing && fields.kind.value === "order");
    form.querySelector("[data-withdraw]").hidden = Number(fields.version.value) === 0;
    form.querySelector("[data-new]").hidden = !standing && !written();
    document.querySelector("[data-heading]").textContent = standing && of ? said.saidEdit.replace("{title}", of.title) : said.saidNew;
    draw();
  }

  /* What is to be sent waits in the outbox: one entry a note, the newest text of it. */
  function put(as) {
    const entry = { ...typed(), state: as, window: here, spare: uuid() };
    const place = outbox.findIndex((each) => each.key === entry.key);
    if (place < 0) outbox.push(entry);
    else outbox[place] = { ...entry, spare: outbox[place].spare, state: as === "draft" ? outbox[place].state : as };
    touched = false;
    keep();
    send();
  }
  async function send() {
    if (sending || !outbox.length) return;
    sending = true;
    const entry = outbox[0], before = JSON.stringify(entry);
    say(said.saidSaving);
    try {
      const body = new FormData();
      Object.entries(entry).forEach(([name, value]) => body.append(name, value));
      body.append("csrfmiddlewaretoken", fields.csrfmiddlewaretoken.value);
      const answer = await fetched(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      if (![200, 409, 422].includes(answer.status)) throw new Lost("out");
      took(entry, before, answer.status, await answer.json());
    } catch (error) {
      if (!(error instanceof Lost)) console.error(error);
      say(error instanceof Lost && error.why === "out" ? said.saidOut : said.saidKept);
      keep();
      sending = false;
      return; // tried again with the next question
    }
    sending = false;
    send();
  }
  function took(entry, before, status_, data) {
    const now = outbox[0], same = JSON.stringify(now) === before;
    if (status_ === 422) {
      /* It cannot stand like this: told, kept as a draft, and in the form again where that is free. */
      complain(data.problems.map((each) => `${each.message} ${each.remedy}`).join(" "));
      if (entry.state === "draft") outbox.shift();
      else Object.assign(now, { state: "draft" });
      if (!written()) show({ ...entry, state: "draft" });
      keep();
      return;
    }
    if (same) outbox.shift();
    else Object.assign(now, { key: data.key, version: data.version });
    if (fields.key.value === entry.key) {
      fields.key.value = data.key;
      fields.version.value = data.version;
      if (status_ === 409) state = "draft";
    }
    if (status_ === 409) {
      const told = document.getElementById("told");
      told.querySelector("[data-who]").textContent = data.by ? `${data.by}.` : "";
      told.hidden = false;
    }
    keep();
    manner();
    say(said.saidSaved.replace("{time}", new Date().toLocaleTimeString()));
    ask();
  }

  /* What is noted, and where the screen stands */
  async function ask() {
    try {
      const data = await (await fetched(`/meetings/${number}/live.json?item=${item}`)).json();
      known = data.notes;
      screen(data);
      draw();
      if (lost) say("");
      lost = false;
    } catch (error) {
      lost = true;
      say(error instanceof Lost && error.why === "out" ? said.saidOut : said.saidKept);
      document.querySelector("[data-now]").textContent = "";
    }
  }
  function screen(data) {
    const box = document.querySelector("[data-now]"), now = document.querySelector(`.m-units [data-item="${data.item}"]`);
    document.querySelectorAll(".m-units li").forEach((line) => line.classList.toggle("is-now", line === now));
    const spent = data.item === null ? 0 : (data.spent[data.item] ?? 0) + (data.running ? data.now - data.at : 0);
    const link = now?.querySelector("a");
    if (!link) box.textContent = box.dataset.saidNone;
    else {
      const name = make("a", link.lastChild.textContent.trim(), { href: link.href, className: "hr-act" });
      const [ahead, after] = box.dataset.saidNow.split("{unit}");
      box.replaceChildren(ahead, name, after, ` ${clock(spent)}`);
    }
    /* Who follows the screen goes on with it, unless he is in the middle of a sentence. */
    const followed = onScreen === item || onScreen === null;
    onScreen = data.item;
    if (data.item !== null && data.item !== item && followed && !written() && !outbox.length && link) location.assign(link.href);
  }
  /* What waits to be sent stands in the list, too. */
  function waiting() {
    const own = outbox.filter((each) => Number(each.item) === item && each.state !== "withdrawn" && !known.some((note) => note.key === each.key));
    const title = (kind) => form.querySelector(`[name=kind][value=${kind}]`).parentNode.textContent.trim();
    return own.map((each) => ({ ...each, title: title(each.kind), meta: each.kind === "order" ? each.to : "", by: "", said: list.dataset.saidWaiting }));
  }
  function draw() {
    const all = [...known, ...waiting()], shown = JSON.stringify([all, fields.key.value]);
    if (list.dataset.drawn === shown) return;
    list.dataset.drawn = shown;
    list.replaceChildren(...(all.length ? all.map(line) : [make("p", list.dataset.saidNone, { className: "hr-mid" })]));
  }
  function line(note) {
    const row = make("div", "", { className: "hr-note" });
    row.classList.toggle("is-open", note.key === fields.key.value);
    const words = make("span", note.words);
    words.append(make("small", [note.meta, note.by].filter(Boolean).join(" · ")));
    const open = make("button", list.dataset.saidOpen, { type: "button", className: "hr-plain hr-act" });
    open.addEventListener("click", () => {
      if (written() && state === "draft" && touched) put("draft");
      show(note);
      fields.words.focus();
    });
    const end = make("span", "", { className: "hr-state" });
    end.append(make("span", note.said, { className: "hr-mid" }), " ", open);
    row.append(make("b", note.title), words, end);
    return row;
  }

  form.addEventListener("input", () => {
    touched = true;
    keep();
    manner();
    clearTimeout(timer);
    /* What stands is changed by a person's button, not by a pause in his typing. */
    if (state === "draft") timer = setTimeout(() => written() && put("draft"), PAUSE);
    else say(said.saidEdited);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const as = event.submitter?.value ?? "settled";
    if (!written() && as !== "withdrawn") return fields.words.focus();
    if (as === "settled" && fields.kind.value === "order" && !fields.to.value.trim()) return fields.to.focus();
    complain("");
    put(as);
    if (as !== "draft") fresh();
  });
  form.querySelector("[data-new]").addEventListener("click", () => {
    if (written() && state === "draft") put("draft");
    fresh();
  });
  document.addEventListener("keydown", (event) => {
    const kind = { Digit1: "praise", Digit2: "problem", Digit3: "order" }[event.code];
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") form.requestSubmit(form.querySelector("[value=settled]"));
    else if (event.altKey && kind) {
      fields.kind.value = kind;
      form.dispatchEvent(new Event("input"));
    } else if (event.altKey && event.code === "KeyS") document.querySelector("[data-now] a")?.click();
    else return;
    event.preventDefault();
  });

  form.querySelector("[data-plain]").hidden = true;
  const left = kept.get(own, null);
  if (left) {
    show({ ...left, item });
    say(said.saidFound);
    if (left.state === "draft" && left.touched) put("draft");
  } else fresh();
  screen(first.stand);
  draw();
  send();
  setInterval(() => {
    ask();
    send();
  }, ASK);

  /* The pages of all units are kept, so that the next one can be noted without the net. */
  const name = (address) => new URL(address).pathname + new URL(address).search;
  const units = [...document.querySelectorAll(".m-units a")].slice(0, MOST).map((link) => link.href);
  document.fonts.ready.then(() => keepPages(page.dataset.worker, [...new Set([location.href, ...units])].map((each) => [each, name(each)]), false)).catch(() => undefined);
})();
