/* The big screen. What is done at it is true at once and kept in this browser until the server has it; the clock counts
   from the server's moments, so that a reload or another machine goes on where it was. */
"use strict";
(() => {
  const stage = document.getElementById("stage"), slide = document.getElementById("slide");
  const said = stage.dataset, number = said.number, limit = Number(said.seconds) * 1000;
  const { Lost, fetched, uuid, kept, keep, clock, make } = Meeting;
  const store = `headrope ${said.person} meeting ${number}`;
  const order = [...document.querySelectorAll("#strip > span")].map((node) => Number(node.dataset.item));
  const ASK = 1500; // ms between two questions to the server
  const first = JSON.parse(document.getElementById("live").textContent);

  let queue = kept.get(`${store} queue`, []);
  let skew = kept.get(`${store} skew`, null); // the server's clock less this one's; unknown before the first answer
  let notes = kept.get(`${store} notes`, {}); // by item, as they were last known
  let writing = null, touched = 0, sending = false, link = "", changed = false, drawn = null;
  /* A page out of this browser's own store is older than what the browser remembers. */
  const held = kept.get(`${store} stand`, null);
  let stand = held && (queue.length || (held.at ?? 0) > (first.at ?? 0)) ? held : pick(first);

  function pick({ item, running, view, at, spent }) {
    return { item: order.includes(item) ? item : null, running, view, at, spent };
  }
  const now = () => Date.now() + (skew ?? 0);
  const made = (item) => document.querySelector(`template[data-slide="${item}"]`);
  /* Before a measure is chosen it is the one that is furthest off its plan. */
  const view = () => ({ m: made(stand.item ?? 0).dataset.first, p: "gap", o: "1", b: "0", ...Object.fromEntries((stand.view || "").split(";").filter(Boolean).map((each) => each.split("="))) });
  const elapsed = (item) => (stand.spent[item] ?? 0) + (stand.running && item === stand.item && skew !== null ? Math.max(0, now() - stand.at) : 0);

  /* One thing done: seen at once, kept, sent. */
  function press(changes) {
    const at = Math.max(now(), stand.at ?? 0);
    const spent = stand.item === null ? stand.spent : { ...stand.spent, [stand.item]: elapsed(stand.item) };
    stand = { ...stand, ...changes, at, spent };
    if (stand.item === null) stand.running = false;
    queue.push({ key: uuid(), item: stand.item, running: stand.running, view: stand.view, at: Math.round(at) });
    touched += 1;
    save();
    draw();
    send();
  }
  const look = (changes) => press({ view: Object.entries({ ...view(), ...changes }).map((pair) => pair.join("=")).join(";") });
  function save() {
    kept.set(`${store} queue`, queue.length ? queue : null);
    kept.set(`${store} stand`, stand);
  }
  function go(place) {
    const to = place < 0 ? null : order[Math.min(place, order.length - 1)];
    if (to === stand.item) return;
    const { o, b } = view();
    press({ item: to, view: `o=${o};b=${b}` });
  }

  async function send() {
    if (sending || !queue.length) return;
    sending = true;
    const moves = queue.slice(0, 200), mark = touched;
    try {
      const headers = { "Content-Type": "application/json", "X-CSRFToken": said.token };
      const answer = await fetched(`/meetings/${number}/move/`, { method: "POST", headers, body: JSON.stringify({ moves }) });
      if (answer.status !== 200) throw new Lost("out");
      queue = queue.slice(moves.length);
      save();
      take(await answer.json(), mark);
    } catch (error) {
      lost(error);
    } finally {
      sending = false;
    }
    if (queue.length && !link) send();
  }
  async function ask() {
    if (queue.length) return send();
    const mark = touched;
    try {
      const answer = await fetched(`/meetings/${number}/live.json`);
      take(await answer.json(), mark);
    } catch (error) {
      lost(error);
    }
  }
  /* What the server says holds, unless something was done here since it was asked. */
  function take(data, mark) {
    skew = data.now - Date.now();
    kept.set(`${store} skew`, skew);
    link = "";
    changed = data.order !== first.order;
    if (mark === touched && !queue.length) {
      stand = pick(data);
      save();
    }
    if (data.shown !== null) {
      notes[data.shown] = data.notes;
      kept.set(`${store} notes`, notes);
    }
    writing = data.writing;
    draw();
  }
  function lost(error) {
    link = error instanceof Lost ? error.why : "offline";
    writing = null;
    draw();
  }

  /* What is seen */
  function draw() {
    const seen = view(), item = stand.item ?? 0;
    if (drawn?.item !== item) {
      clean(slide);
      slide.replaceChildren(made(item).content.cloneNode(true));
      const title = slide.querySelector("h1");
      title.classList.toggle("is-long", title.textContent.length > 24);
      slide.querySelectorAll("[data-insecure]").forEach((node) => { node.hidden = isSecureContext; });
      drawn = { item };
      strip(item);
    }
    document.querySelectorAll("#strip > span").forEach((node) => {
      const own = Number(node.dataset.item);
      node.classList.toggle("is-done", own !== item && (stand.spent[own] ?? 0) > 0);
    });
    slide.querySelectorAll("[data-measure]").forEach((node) => node.classList.toggle("is-chosen", node.dataset.measure === seen.m && seen.m !== ""));
    panel(item, seen);
    live(item, seen);
    document.getElementById("blank").hidden = seen.b !== "1";
    next();
    document.getElementById("link").textContent = link === "out" ? said.saidOut : link ? said.saidOffline : changed ? said.saidOrder : "";
    tick();
    document.documentElement.dataset.item = item;
    document.documentElement.dataset.waiting = queue.length;
  }
  /* Of many units those around the one on the screen, as many as there is room for. */
  function strip(item) {
    const box = document.getElementById("strip"), nodes = [...box.children], at = Math.max(0, order.indexOf(item));
    const show = (most) => nodes.forEach((node, place) => { node.hidden = Math.abs(place - at) > most; });
    nodes.forEach((node, place) => node.classList.toggle("is-now", order[place] === item));
    show(order.length);
    for (let most = 20; most > 0 && box.scrollWidth > box.clientWidth; most -= 1) show(most);
  }
  /* What runs out of its box says so, and is drawn smaller (conference.css). */
  function squeeze(box) {
    box.classList.remove("is-full");
    const side = box.parentElement;
    box.classList.toggle("is-full", box.scrollHeight > box.clientHeight + 1 || side.scrollHeight > side.clientHeight + 1);
  }
  const clean = (root) => document.dispatchEvent(new CustomEvent("htmx:beforeCleanupElement", { detail: { elt: root } }));
  function panel(item, seen) {
    const box = slide.querySelector("[data-why]");
    if (!box) return;
    const noted = (notes[item] ?? []).filter((note) => note.state !== "draft");
    const wanted = seen.p === "notes" ? `notes ${JSON.stringify(noted)}` : `${seen.m} ${seen.p}`;
    if (drawn.panel === wanted) return;
    drawn.panel = wanted;
    clean(box);
    if (seen.p === "notes") {
      const list = make("ol", "", { className: "c-noted" });
      noted.forEach((note) => list.append(entry(note)));
      box.replaceChildren(make("h2", said.saidNotes), noted.length ? list : make("p", said.saidNone, { className: "c-meta" }));
      squeeze(box);
      box.scrollTop = box.scrollHeight; // what was said last
      return;
    }
    const wall = document.querySelector(`template[data-panel="${item}-${seen.m}-${seen.p}"]`) ?? document.querySelector(`template[data-panel="${item}-${seen.m}-gap"]`);
    box.replaceChildren(...(wall ? [wall.content.cloneNode(true)] : []));
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: box } }));
    squeeze(box);
  }
  function entry(note) {
    const line = make("li");
    line.append(make("b", note.title), " ", note.words);
    if (note.meta) line.append(make("p", note.meta, { className: "c-meta" }));
    return line;
  }
  function live(item, seen) {
    const box = slide.querySelector("[data-live]");
    if (!box) return;
    const own = notes[item] ?? [];
    const note = own.find((each) => each.key === writing) ?? own.filter((each) => each.kind === "order" && each.state !== "draft").at(-1);
    box.hidden = !note || seen.o !== "1" || seen.p === "notes";
    const wanted = note ? JSON.stringify([note, writing]) : "";
    if (box.hidden || box.dataset.drawn === wanted) return;
    box.dataset.drawn = wanted;
    const now = note.key === writing;
    const head = make("h2", note.title), words = make("p", note.words);
    if (now) {
      head.append(make("em", said.saidWriting));
      words.append(make("span", "", { className: "c-caret" }));
    }
    box.replaceChildren(head, words, make("p", note.meta, { className: "c-meta" }));
    squeeze(box);
    if (now) box.scrollTop = box.scrollHeight; // where it is being written
  }
  function next() {
    const box = document.getElementById("next");
    const coming = made(order[order.indexOf(stand.item) + 1] ?? "none");
    const wanted = coming ? coming.dataset.slide : "end";
    if (box.dataset.item === wanted) return;
    box.dataset.item = wanted;
    box.replaceChildren(...(coming ? [said.saidNext, " ", make("b", coming.dataset.name), " ", coming.dataset.who] : [said.saidEnd]));
  }
  function tick() {
    const box = document.getElementById("clock"), spent = stand.item === null ? 0 : elapsed(stand.item);
    box.querySelector("[data-time]").textContent = clock(spent);
    box.querySelector("[data-bar]").style.width = `${Math.min(100, (spent / limit) * 100)}%`;
    box.classList.toggle("is-over", spent > limit);
    box.classList.toggle("is-running", stand.running);
  }
  function fit() {
    const scale = Math.min(innerWidth / 1920, innerHeight / 1080);
    const left = (innerWidth - 1920 * scale) / 2, top = (innerHeight - 1080 * scale) / 2;
    stage.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  }

  /* Keys */
  const place = () => order.indexOf(stand.item);
  const keys = {
    ArrowRight: () => go(place() + 1), PageDown: () => go(place() + 1), " ": () => go(place() + 1),
    ArrowLeft: () => go(place() - 1), PageUp: () => go(place() - 1),
    Home: () => go(-1), End: () => go(order.length - 1),
    t: () => press(stand.item === null ? { item: order[0], running: true } : { running: !stand.running }),
    g: () => look({ p: "gap" }), l: () => look({ p: "land" }), b: () => look({ p: "below" }),
    n: () => look({ p: view().p === "notes" ? "gap" : "notes" }), o: () => look({ o: view().o === "1" ? "0" : "1" }),
    ".": () => look({ b: view().b === "1" ? "0" : "1" }),
    k: () => said.other && location.assign(said.other),
    d: () => theme(document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark"),
    "?": () => document.getElementById("keys").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.getElementById("keys").open) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const measure = /^[1-9]$/.test(key) && slide.querySelector(`[data-measure="${key}"]`);
    if (measure) look({ m: key, p: view().p === "notes" ? "gap" : view().p });
    else if (Object.hasOwn(keys, key)) keys[key]();
    else return;
    event.preventDefault();
  });
  function theme(wanted) {
    document.documentElement.dataset.bsTheme = wanted;
    kept.set(`${store} theme`, wanted);
  }
  if (kept.get(`${store} theme`, "dark") === "light") theme("light");

  /* A reload without the net finds the page as it was: kept by a worker, where the page is served securely. */
  const looked = Boolean(navigator.serviceWorker?.controller); // whether the worker has seen this page come
  /* Under its path alone, with the figures that are shown, so that a restart finds it. */
  const keepPage = () => keep(said.worker, looked ? [] : [[location.href, location.pathname]], true);
  addEventListener("resize", fit);
  addEventListener("online", ask);
  fit();
  draw();
  send();
  ask();
  setInterval(ask, ASK);
  setInterval(tick, 250);
  document.fonts.ready.then(keepPage).catch(() => undefined); // without a worker only a restart needs the net
})();
