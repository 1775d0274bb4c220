/* The assistant's chat for any page. Options, behaviour and limits: docs/widget.md. */
(() => {
  "use strict";
  const script = document.currentScript || document.querySelector('script[src*="/widget.js"]');
  if (!script || window.SalesAssistant || !CSSStyleSheet.prototype.replaceSync) return;
  const options = script.dataset;
  const base = new URL(".", script.src).href;
  const OFFLINE = "Нет связи. Отправлю, как только она появится";

  // No error may surface on the host page.
  const guard = (fn) => async (...args) => {
    try {
      return await fn(...args);
    } catch (error) {
      console.debug("SalesAssistant", error);
    }
  };
  const on = (target, names, fn) => names.split(" ").forEach((name) => target.addEventListener(name, guard(fn)));
  const uuid = () => crypto.randomUUID?.() || URL.createObjectURL(new Blob()).slice(-36); // http has no randomUUID
  const backoff = (failures) => Math.min(30000, 500 * 2 ** failures) * (0.5 + Math.random() / 2);

  // Shared by the tabs, or in memory where storage is blocked.
  const memory = {};
  const key = (name) => `sales-assistant:${base}:${name}`;
  function load(name) {
    try {
      return memory[name] ?? JSON.parse(localStorage.getItem(key(name)));
    } catch {
      return null;
    }
  }
  function save(name, value) {
    try {
      delete memory[name];
      localStorage.setItem(key(name), JSON.stringify(value));
    } catch {
      memory[name] = value;
    }
  }
  const locked = async (name, fn) => (navigator.locks ? navigator.locks.request(key(name), fn) : fn());

  const files = new Map();
  const stored = (act) =>
    new Promise((done, fail) => {
      const opening = indexedDB.open("sales-assistant");
      opening.onerror = fail;
      opening.onupgradeneeded = () => opening.result.createObjectStore("files");
      opening.onsuccess = () => {
        const work = opening.result.transaction("files", "readwrite");
        const found = act(work.objectStore("files"));
        work.onabort = fail;
        work.oncomplete = () => done(found.result);
        opening.result.close();
      };
    }).catch(() => null);

  let lost = 0;
  function reached(ok, sending) {
    lost = ok ? 0 : lost + (sending ? 2 : 1);
    tellOffline();
  }
  const request = (path, token, rest) =>
    fetch(base + path, {
      cache: "no-store", credentials: "omit", ...rest,
      headers: { ...rest.headers, ...(token && { Authorization: `Bearer ${token}` }) },
    });
  async function http(path, body, token, limit = 20000) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), limit);
    const form = body instanceof FormData;
    try {
      const answer = await request(path, token, {
        signal: stop.signal, method: body ? "POST" : "GET", body: form ? body : JSON.stringify(body),
        headers: body && !form && { "Content-Type": "application/json" },
      });
      if (answer.status >= 500) throw new Error(answer.status);
      const data = await answer.json().catch(() => ({}));
      reached(true);
      return { status: answer.status, ok: answer.ok, data, problem: data.error?.message };
    } catch (error) {
      reached(false, body);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  let asking, who;
  async function session(refused) {
    const ask = () => (asking ??= locked("session", () => renew(refused)).finally(() => (asking = null)));
    const { token, visitor } = fresh(refused) || (await ask());
    if (who && who !== visitor) forget();
    who = visitor;
    return token;
  }
  const fresh = (refused) => {
    const known = load("session");
    return known?.token !== refused && known;
  };
  async function renew(refused) {
    if (fresh(refused)) return fresh(refused);
    const known = load("session");
    let answer = await http("api/session", known ? { resume: known.token } : {});
    if (known && !answer.ok && answer.status !== 429) answer = await http("api/session", {});
    if (!answer.ok) throw notice(answer.problem);
    if (known && known.visitor !== answer.data.visitor) ["read", "started"].forEach((name) => save(name, 0));
    save("session", answer.data);
    return answer.data;
  }
  async function call(path, body, limit) {
    const token = await session();
    const answer = await http(path, body, token, limit);
    return answer.status === 401 ? http(path, body, await session(token), limit) : answer;
  }

  // Going out, in order; an id is sent again until it is taken.
  const queue = () => load("queue") || [];
  function change(fn) {
    save("queue", fn(queue()));
    showQueue();
  }
  function drop(id) {
    if (queue().some((item) => item.id === id)) change((items) => items.filter((item) => item.id !== id));
    if (files.delete(id)) stored((store) => store.delete(id));
  }
  function enqueue(item) {
    change((items) => [...items, { id: uuid(), at: Date.now(), ...item }]);
    toEnd();
    wake();
  }

  let sending, resend, failures = 0;
  const next = () => queue().find((item) => !item.error);
  async function flush() {
    if (sending) return;
    sending = true;
    clearTimeout(resend);
    try {
      while (next()) await locked("send", sendNext);
      failures = 0;
    } catch {
      resend = setTimeout(guard(flush), backoff(failures++));
    }
    sending = false;
  }
  async function sendNext() {
    const item = next();
    if (!item) return;
    const { id, text, click, start } = item;
    const refuse = (error) => change((items) => items.map((each) => (each.id === id ? { ...each, error } : each)));
    let body = { id, text, click, start };
    if (item.file) {
      const file = files.get(id) || (await stored((store) => store.get(id)));
      if (!file) return refuse("Файл не сохранился, прикрепите его ещё раз.");
      files.set(id, file);
      body = new FormData();
      body.append("id", id);
      body.append("file", file, item.file);
    }
    const answer = await call("api/messages", body, item.file && 180000);
    const problem = answer.problem || "Не получилось отправить.";
    if (!answer.ok && start == null) return refuse(problem);
    drop(id);
    if (answer.ok) return;
    save("started", 0);
    notice(problem);
  }

  // Coming in: history, then a stream, or polling where a proxy swallows streams.
  let last = 0;
  let mute = 0; // streams that brought nothing
  let heardAt = 0;
  let hiddenAt = 0;
  let caughtUp, listening, streaming;
  let rouse = () => {};
  const pause = (ms) => new Promise((done) => setTimeout((rouse = done), ms));

  async function listen() {
    if (listening) return;
    listening = true;
    build();
    let failed = 0;
    while (!document.hidden || Date.now() - hiddenAt < 30000) {
      try {
        if (!caughtUp || mute > 1) await catchUp();
        if (mute < 2) await stream();
        else if (++mute > 100) mute = 1;
        failed = 0;
        await pause(mute > 1 ? 3000 : 300 + Math.random() * 700);
      } catch {
        await pause(backoff(failed++));
      }
    }
    listening = false;
  }
  async function catchUp() {
    const answer = await call(`api/events?after=${last}&wait=0`);
    if (!answer.ok) throw answer;
    if (!caughtUp) log.setAttribute("aria-busy", "true"); // a history is not read aloud
    caughtUp = true;
    receive(answer.data);
    setTimeout(() => log.removeAttribute("aria-busy"), 500);
  }
  async function stream() {
    const token = await session();
    const stop = (streaming = new AbortController());
    let opened, heard, timer;
    const watch = (ms) => {
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort((opened = true)), ms);
    };
    watch(20000);
    try {
      const answer = await request(`api/events?after=${last}`, token, { signal: stop.signal });
      if (answer.status === 401) await session(token);
      if (!answer.ok || !/event-stream/.test(answer.headers.get("content-type"))) throw answer;
      opened = true;
      reached(true);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = ""; ; ) {
        const { done, value } = await reader.read();
        if (done) break;
        heard = true;
        heardAt = Date.now();
        watch(45000);
        const blocks = (rest + value).split(/\r?\n\r?\n/);
        rest = blocks.pop();
        receive(blocks.filter((block) => /^data:/m.test(block)).map((block) => ({
          ...JSON.parse(/^data: ?(.*)/m.exec(block)[1]), id: +/^id: ?(\d+)/m.exec(block)?.[1],
        })));
      }
    } catch (error) {
      if (!stop.signal.aborted) reached(false);
      throw error;
    } finally {
      clearTimeout(timer);
      if (heard) mute = 0;
      else if (opened) mute++;
      calm();
    }
  }
  function wake() {
    if (load("session") || next()) guard(listen)();
    rouse();
    guard(flush)();
  }

  const messages = new Map();
  const mine = new Map();
  const handlers = {
    message: show,
    document: show,
    edit(event) {
      const known = messages.get(event.message);
      if (!known) return;
      Object.assign(known.data, event, { at: known.data.at });
      fill(known);
    },
    delete(event) {
      messages.get(event.message)?.row.remove();
      messages.delete(event.message);
    },
    draft(event) {
      linger(typing, 0);
      draftText.textContent = event.text;
      linger(draft, event.text ? 60000 : 0);
    },
    typing: () => draft.hidden && linger(typing, 6000),
    own(event) {
      const own = ownRow(event.id_client);
      if (event.text) settle(own, event);
      const { message, data } = event.click || own.click || {};
      const labelled = (known) => known.keys.some(([, { text }]) => text === event.text);
      if (data) choose(messages.get(message), (button) => button.data === data);
      else choose([...messages.values()].reverse().find(labelled), ({ text }) => text === event.text);
      drop(event.id_client);
    },
  };
  function receive(events) {
    const follow = atEnd();
    const before = messages.size;
    for (const event of events) {
      if (event.id <= last) continue;
      last = event.id || last;
      handlers[event.type]?.(event);
    }
    if (follow) toEnd();
    else if (messages.size > before) jump.hidden = false;
    countUnread();
  }
  function show(data) {
    calm();
    const known = { id: data.id, data, row: div(`row ${data.author || "bot"}`) };
    messages.set(data.message, known);
    fill(known);
    place(known.row, data.at);
  }
  function choose(known, test) {
    known?.keys.forEach(([node, button]) => {
      const chosen = test(button);
      node.classList.toggle("chosen", chosen);
      node.replaceChildren(button.text, chosen ? sr(" (выбрано)") : "");
    });
  }
  const calm = () => [typing, draft].forEach((node) => linger(node, 0));
  function forget() {
    last = 0;
    caughtUp = day = "";
    messages.clear();
    mine.clear();
    log?.replaceChildren();
    pending?.replaceChildren();
    showQueue();
    streaming?.abort();
  }

  const SVG = "http://www.w3.org/2000/svg";
  function h(tag, attributes, ...children) {
    const node = /svg|path/.test(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") on(node, name, value);
      else if (value != null) node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }
  const sr = (text) => h("span", { class: "sr" }, text);
  const div = (name, ...children) => h("div", { class: name }, ...children);
  const label = (node, text) => node.setAttribute("aria-label", text);
  const button = (name, click, ...children) => h("button", { type: "button", class: name, click }, ...children);
  const icon = (d) => h("svg", { viewBox: "0 0 24 24", "aria-hidden": true }, h("path", { d }));
  function tool(text, click, d, name = "") {
    const node = button(`tool ${name}`, click, icon(d));
    label(node, text);
    return node;
  }
  const CHAT = "M4 4h16v13h-8l-5 4v-4H4zM8 9h8M8 12h5";
  const CROSS = "M6 6l12 12M18 6L6 18";

  function address(url) {
    try {
      const { protocol, href } = new URL(url, base);
      return /^(https?|mailto|tel):$/.test(protocol) ? href : null;
    } catch {
      return null;
    }
  }
  const link = (url, name, ...children) =>
    h("a", { href: address(url), class: name, target: "_blank", rel: "noopener" }, ...children);
  const URLS = /(https?:\/\/[^\s<>"«»]*[^\s<>"«».,;:!?)])/;
  const linkify = (text) => text.split(URLS).map((part, odd) => (odd % 2 ? link(part, "", part) : part));
  const copy = (source) =>
    [...source.childNodes].flatMap((node) => {
      const tag = node.localName;
      if (!tag) return source.closest("a,code,pre") ? node.data : linkify(node.data);
      if (/^(script|style|template)$/.test(tag)) return [];
      if (tag === "tg-spoiler") return spoiler(copy(node));
      if (tag === "a") return link(node.getAttribute("href"), "", ...copy(node));
      return /^([bius]|code|pre|blockquote)$/.test(tag) ? h(tag, {}, ...copy(node)) : copy(node);
    });
  function spoiler(children) {
    const inner = h("span", {}, ...children);
    const node = button("spoiler", () => node.replaceWith(...inner.childNodes), inner);
    label(node, "Показать скрытое");
    return node;
  }
  function rich({ text, caption, html }) {
    const source = text ?? caption ?? "";
    try {
      return html ? copy(new DOMParser().parseFromString(source, "text/html").body) : linkify(source);
    } catch {
      return [source.replace(/<[^>]*>/g, "")];
    }
  }
  function clock(at) {
    const time = new Date(at || Date.now());
    return h("time", {}, time.toLocaleTimeString("ru", { hour: "2-digit", minute: "2-digit" }));
  }
  function fill(known) {
    const { data, row } = known;
    const bubble = div("bubble");
    if (data.filename) {
      const kilobytes = Math.ceil(data.size / 1024);
      const size = kilobytes < 1000 ? `${kilobytes} КБ` : `${(kilobytes / 1024).toFixed(1).replace(".", ",")} МБ`;
      const card = link(data.url, "file", icon("M14 3H6v18h12V7zV7h4M9 12h6M9 16h6"),
        h("span", {}, h("b", {}, data.filename), h("small", {}, `Скачать, ${size}`)));
      card.download = data.filename;
      bubble.append(card);
    }
    bubble.append(div("text", ...rich(data)), clock(data.at));
    known.keys = [];
    const lines = (data.buttons || []).map((line) => div("", ...line.map((each) => {
      const node = each.url ? link(each.url, "key", each.text)
        : button("key", () => press(known, each), each.text);
      known.keys.push([node, each]);
      return node;
    })));
    const held = row.contains(root.activeElement) && root.activeElement.textContent;
    row.replaceChildren(div("who", data.author === "manager" ? "Менеджер" : "ИИ-помощник"), bubble, div("keys", ...lines));
    if (held !== false) (known.keys.find(([node]) => node.textContent === held)?.[0] || talk).focus();
  }
  function press(known, { text, data }) {
    const { message } = known.data;
    for (const { settled, click } of mine.values()) {
      if (!settled && click?.message === message && click.data === data) return; // a double click is one
    }
    choose(known, (each) => each.data === data);
    enqueue({ click: { message, data }, label: text });
  }

  let day;
  function place(row, at) {
    const date = new Date(at || Date.now());
    if (day !== date.toDateString()) {
      day = date.toDateString();
      const today = day === new Date().toDateString();
      log.append(div("day", today ? "Сегодня" : date.toLocaleDateString("ru", { day: "numeric", month: "long" })));
    }
    log.append(row);
  }
  const ownRow = (id) => mine.get(id) || mine.set(id, { row: div() }).get(id);
  function fillOwn(own, text, state, mood) {
    own.row.className = `row me ${mood}`;
    own.row.replaceChildren(sr("Вы: "), div("bubble", div("text", ...linkify(text)), state));
  }
  function settle(own, { text, at }) {
    if (own.settled) return;
    own.settled = true;
    fillOwn(own, text, clock(at), "");
    place(own.row, at);
  }
  function showQueue() {
    if (!panel) return;
    const items = queue();
    for (const item of items) {
      const own = ownRow(item.id);
      if (item.start != null || own.settled) continue;
      own.click = item.click;
      own.text = item.text || item.label || item.file;
      fillOwn(own, own.text, h("small", {}, item.error ? "Не отправлено" : "Отправляется…"), "pending");
      const others = (all) => all.filter(({ id }) => id !== item.id);
      const retry = () => [input.focus(), change((all) => [...others(all), { ...item, error: 0 }]), wake()];
      const remove = () => [input.focus(), own.row.remove(), mine.delete(item.id), drop(item.id)];
      if (item.error) {
        own.row.append(h("div", { class: "failed", role: "alert" }, item.error, h("br", {}),
          button("", retry, "Повторить"), button("", remove, "Убрать")));
      }
      pending.append(own.row);
    }
    mine.forEach((own, id) => {
      if (!own.text || own.settled || own.taken || items.some((item) => item.id === id)) return;
      own.taken = true;
      fillOwn(own, own.text, clock(), "");
      setTimeout(() => mine.get(id) === own && settle(own, own), 15000);
    });
  }
  function linger(node, ms) {
    clearTimeout(node.timer);
    if (!ms && node.contains(root.activeElement)) input.focus();
    node.hidden = !ms;
    halt.disabled = false;
    if (ms) node.timer = setTimeout(() => (node.hidden = true), ms);
  }
  function tellOffline() {
    if (!panel) return;
    if (lost > 1 || !navigator.onLine) strip.textContent = OFFLINE;
    else if (strip.textContent === OFFLINE) strip.textContent = "";
  }
  function notice(text) {
    strip.textContent = text || "";
    clearTimeout(strip.timer);
    strip.timer = setTimeout(() => [(strip.textContent = ""), tellOffline()], 8000);
  }
  const atEnd = () => talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80;
  function toEnd() {
    if (!panel) return;
    talk.scrollTop = talk.scrollHeight;
    jump.hidden = true;
  }
  function countUnread() {
    if (caughtUp && panel.open && !document.hidden) save("read", last);
    const read = load("read");
    const count = [...messages.values()].filter(({ id }) => id > read).length;
    badge.textContent = count;
    badge.hidden = !count;
    label(launcher, panel.open ? "Закрыть чат" : "Открыть чат" + (count ? `, непрочитанных сообщений: ${count}` : ""));
  }

  let panel, talk, log, pending, draft, draftText, halt, typing, strip, jump, input;
  function build() {
    if (panel) return;
    log = h("div", { role: "log", "aria-live": "polite", "aria-label": "Сообщения" });
    pending = div();
    draftText = div("text");
    halt = button("stop", stopTurn, "■ Стоп");
    draft = div("row bot", div("bubble", draftText), halt);
    typing = div("row bot", div("bubble dots", ...["i", "i", "i"].map((dot) => h(dot, {})), sr("Печатает")));
    const scroll = () => atEnd() && (jump.hidden = true);
    talk = h("div", { class: "talk", tabindex: 0, role: "region", "aria-label": "Переписка", scroll },
      log, pending, draft, typing);
    jump = button("jump", toEnd, "Новые сообщения ↓");
    jump.hidden = true;
    strip = h("div", { class: "strip", role: "status" });
    const picker = h("input", {
      type: "file", hidden: "", multiple: "", change: () => [attach(picker), (picker.value = "")],
    });
    input = h("textarea", {
      rows: 1, placeholder: "Напишите сообщение", "aria-label": "Сообщение", enterkeyhint: "send", input: grow,
      keydown: (event) => event.key === "Enter" && !event.shiftKey && !event.isComposing && submit(event),
      paste: (event) => attach(event.clipboardData, event),
    });
    const leave = (event) => [event.preventDefault(), close()];
    const hover = (event) => [event.preventDefault(), panel.classList.toggle("drop", event.type === "dragover")];
    panel = h("dialog", {
      "aria-label": options.title || "Чат", cancel: leave, keydown: (event) => event.key === "Escape" && leave(event),
      dragover: hover, dragleave: hover, drop: (event) => [hover(event), attach(event.dataTransfer, event)],
    },
      div("head", div("", h("h2", {}, options.title || "Онлайн-помощник"), h("p", {}, "ИИ-помощник, а если нужно — менеджер")),
        tool("Закрыть чат", close, CROSS)),
      talk, jump, strip,
      h("form", { submit }, picker,
        tool("Прикрепить файл", () => picker.click(),
          "M20 11l-9 9a5 5 0 0 1-7-7l9-9a3 3 0 0 1 5 5l-9 9a1 1 0 0 1-2-2l8-8"),
        input, tool("Отправить", submit, "M4 12l16-8-5 16-4-6zM11 14l9-10", "send")));
    on(panel, "keydown keyup keypress", (event) => event.stopPropagation());
    root.append(panel);
    calm();
    showQueue();
    tellOffline();
  }
  function grow() {
    input.rows = 1;
    while (input.scrollHeight > input.clientHeight + 2 && input.rows < 5) input.rows++;
  }
  function submit(event) {
    event.preventDefault();
    const text = input.value.trim();
    input.value = "";
    grow();
    if (text) enqueue({ text });
  }
  async function attach(source, event) {
    if (source.files.length) event?.preventDefault();
    for (const file of [...source.files]) {
      if (file.size > 20 * 2 ** 20) {
        notice(`«${file.name}» больше 20 МБ. Пришлите файл поменьше или ссылку на него.`);
        continue;
      }
      const id = uuid();
      files.set(id, file);
      await stored((store) => store.put(file, id));
      enqueue({ id, file: file.name });
    }
  }
  const stopTurn = () => [(halt.disabled = true), guard(call)("api/messages", { id: uuid(), stop: true })];

  const narrow = matchMedia("(max-width: 560px), (max-height: 460px)");
  function fit() {
    const { height, offsetTop } = window.visualViewport;
    panel.style.setProperty("--height", `${height}px`);
    panel.style.setProperty("--top", `${offsetTop}px`);
    if (atEnd()) toEnd();
  }
  function face(open) {
    save("open", open);
    launcher.setAttribute("aria-expanded", open);
    launcher.firstChild.replaceWith(icon(open ? CROSS : CHAT));
    countUnread();
  }
  function reveal(quiet) {
    build();
    if (panel.open) return;
    if (narrow.matches) panel.showModal();
    else panel.show();
    if (quiet) root.activeElement?.blur();
    else (matchMedia("(pointer: coarse)").matches ? talk : input).focus();
    fit();
    toEnd();
    face(true);
  }
  const greet = guard((payload, again) => locked("start", () => {
    if (load("started") && !again) return wake();
    save("started", 1);
    enqueue({ start: String(payload || "") });
    linger(typing, 6000);
  }));
  const open = (quiet) => [reveal(quiet), greet(options.start)];
  function close() {
    if (!panel?.open) return;
    const inside = root.activeElement;
    panel.close();
    face(false);
    if (inside) launcher.focus();
  }
  const start = (payload) => [reveal(), greet(payload, true)];
  function send(text) {
    reveal();
    save("started", 1);
    enqueue({ text: String(text) });
  }

  const STYLES = `
    :host { all: initial !important; --accent: #0b6b5d; --on: #fff; --bg: #fff; --fg: #16211e; --soft: #56645f;
      --tint: #eef2f0; --edge: #7b8883; --bad: #b3261e; }
    @media (prefers-color-scheme: dark) { :host { --bg: #141a18; --fg: #e8eeeb; --soft: #a2b0aa; --tint: #222b28;
      --bad: #ff9d94; } }
    * { box-sizing: border-box; margin: 0; font: inherit; color: inherit; }
    [hidden] { display: none !important; }
    button { border: 0; background: none; cursor: pointer; }
    :focus-visible { outline: 2px solid var(--fg); outline-offset: -2px; }
    svg { width: 24px; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
    .sr { position: absolute; width: 1px; height: 1px; overflow: hidden; color: transparent; }
    .launcher, dialog { position: fixed; right: 20px; z-index: 2147483000; color: var(--fg);
      font: 15px/1.45 -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
    :host(.left) .launcher, :host(.left) dialog { right: auto; left: 20px; }
    .launcher { bottom: calc(20px + env(safe-area-inset-bottom)); width: 58px; height: 58px; border-radius: 50%;
      display: grid; place-items: center; background: var(--accent); color: var(--on); box-shadow: 0 4px 18px #0006; }
    .launcher:focus-visible { outline: 3px solid var(--on); outline-offset: -6px; }
    .badge { position: absolute; top: -4px; right: -4px; min-width: 22px; padding: 0 6px; border-radius: 11px;
      font-size: 13px; font-weight: 700; line-height: 22px; background: #c02a20; color: #fff; }
    dialog { bottom: calc(92px + env(safe-area-inset-bottom)); width: 392px; height: min(640px, 100dvh - 112px);
      inset-block-start: auto; left: auto; max-width: none; max-height: none; padding: 0; border: 1px solid var(--edge);
      border-radius: 18px; background: var(--bg); overflow: hidden; flex-direction: column; box-shadow: 0 12px 44px #0004;
      animation: rise .18s; }
    dialog[open] { display: flex; }
    @keyframes rise { from { opacity: 0; transform: translateY(12px); } }
    .drop { outline: 3px dashed var(--accent); outline-offset: -6px; }
    .head { display: flex; align-items: center; padding: 12px 8px 12px 18px; border-bottom: 1px solid var(--tint); }
    .head div { flex: 1; }
    h2 { font-size: 16px; font-weight: 650; }
    p, .day, .who, .strip, .stop, .jump, .failed, small { font-size: 13px; color: var(--soft); }
    .talk { position: relative; flex: 1; overflow: hidden auto; overscroll-behavior: contain; padding: 8px 14px 14px; }
    .day { margin: 10px; text-align: center; }
    .row { display: flex; flex-direction: column; align-items: flex-start; margin-top: 4px; }
    .me { align-items: flex-end; margin: 10px 0; }
    .me + .me { margin-top: -6px; }
    .who { margin: 8px 4px 3px; }
    .bot + .bot > .who, .manager + .manager > .who { display: none; }
    .bubble { max-width: 88%; padding: 8px 12px; border: 1px solid var(--tint); border-radius: 16px 16px 16px 5px;
      background: var(--tint); overflow-wrap: anywhere; }
    .manager .bubble { background: none; border-color: var(--edge); }
    .me .bubble { border-radius: 16px 16px 5px; background: var(--accent); color: var(--on); }
    .me.pending .bubble { background: none; border: 1px dashed var(--edge); color: var(--fg); }
    .text { white-space: pre-wrap; }
    time, small { display: block; font-size: 12px; text-align: right; color: var(--soft); }
    .me time { color: inherit; }
    b { font-weight: 650; } i { font-style: italic; } u, a { text-decoration: underline; } s { text-decoration: line-through; }
    code, pre { font: 13px/1.5 monospace; } pre { overflow-x: auto; }
    blockquote { padding-left: 10px; border-left: 3px solid var(--edge); }
    .spoiler { border-radius: 4px; background: var(--edge); }
    .spoiler * { visibility: hidden; }
    .file { display: flex; align-items: center; gap: 10px; text-decoration: none; }
    .file svg { flex: none; width: 32px; }
    .file small { text-align: left; text-decoration: underline; }
    .keys { width: 88%; }
    .keys div { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 6px; }
    .key, .stop, .failed button, .jump { flex: 1 1 auto; min-height: 36px; padding: 6px 14px; border: 1px solid var(--edge);
      border-radius: 11px; font-size: 14px; text-align: center; text-decoration: none; color: var(--fg); background: var(--bg); }
    a.key { align-content: center; }
    a.key::after { content: " ↗" / ""; }
    .key:hover, .tool:hover { background: var(--tint); }
    .chosen { border: 2px solid var(--accent); font-weight: 650; }
    .chosen::before { content: "✓ " / ""; }
    .stop { flex: none; margin-top: 6px; }
    .failed { max-width: 88%; margin-top: 4px; text-align: right; color: var(--bad); }
    .failed button { margin: 4px 0 0 6px; }
    .dots { display: flex; gap: 5px; padding: 14px; }
    .dots i { width: 7px; height: 7px; border-radius: 50%; background: var(--soft); animation: blink 1.2s infinite; }
    .dots i + i { animation-delay: .2s; }
    @keyframes blink { 40% { opacity: .25; } }
    .jump { flex: none; align-self: center; margin: -44px 0 8px; z-index: 1; }
    .strip { padding: 8px 18px; background: var(--tint); color: var(--fg); }
    .strip:empty { padding: 0; }
    form { display: flex; align-items: flex-end; gap: 2px; padding: 8px; border-top: 1px solid var(--tint); }
    textarea { flex: 1; min-width: 0; padding: 10px; border: 0; border-radius: 12px; background: none;
      font-size: 16px; line-height: 24px; resize: none; }
    textarea::placeholder { color: var(--soft); opacity: 1; }
    .tool { flex: none; display: grid; place-items: center; width: 44px; height: 44px; border-radius: 12px; }
    .send, .send:hover { background: var(--accent); color: var(--on); }
    @media (pointer: coarse) { .file, .key, .stop, .failed button, .jump { min-height: 44px; } }
    @media (max-width: 560px), (max-height: 460px) { dialog, :host(.left) dialog { inset: var(--top, 0) 0 auto; width: 100%;
      height: var(--height, 100dvh); border: 0; border-radius: 0; padding: env(safe-area-inset-top)
      env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left); } }
    @media (prefers-reduced-motion: reduce) { * { animation: none !important; } }
  `;

  const host = document.createElement("sales-assistant");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  root.adoptedStyleSheets = [sheet];
  if (/^#[0-9a-f]{6}$/i.test(options.accent)) {
    const [red, green, blue] = [1, 3, 5].map((at) => (parseInt(options.accent.slice(at, at + 2), 16) / 255) ** 2.2);
    host.style.setProperty("--accent", options.accent);
    host.style.setProperty("--on", red * 0.21 + green * 0.72 + blue * 0.07 > 0.18 ? "#000" : "#fff");
  }
  host.classList.toggle("left", options.position === "left");
  const badge = h("span", { class: "badge", "aria-hidden": true, hidden: "" });
  const launcher = button("launcher", () => (panel?.open ? close() : open()), icon(CHAT), badge);
  launcher.setAttribute("aria-haspopup", "dialog");
  launcher.setAttribute("aria-expanded", false);
  label(launcher, "Открыть чат");
  root.append(launcher);
  (document.body || document.documentElement).append(host);
  window.SalesAssistant = { open: guard(open), close: guard(close), start: guard(start), send: guard(send) };

  on(window, "online pageshow", ({ type, persisted }) => {
    if (persisted || type === "online") streaming?.abort();
    lost = mute = 0;
    tellOffline();
    wake();
  });
  on(window, "offline", tellOffline);
  on(window, "pagehide", () => streaming?.abort());
  on(document, "visibilitychange", () => {
    hiddenAt = Date.now();
    setTimeout(() => document.hidden && streaming?.abort(), 31000);
    if (document.hidden) return;
    if (Date.now() - heardAt > 20000) streaming?.abort();
    wake();
    if (panel) countUnread();
  });
  on(window, "storage", ({ key: name }) => {
    if (name === key("session") && who) return session();
    if (name === key("queue")) showQueue();
    if (name === key("read") && panel) countUnread();
  });
  on(narrow, "change", () => {
    if (!panel?.open) return;
    panel.close();
    reveal();
  });
  on(window.visualViewport, "resize scroll", () => panel && fit());
  if (!narrow.matches && (load("open") ?? "open" in options)) guard(open)(true);
  else (window.requestIdleCallback || setTimeout)(wake);
})();
