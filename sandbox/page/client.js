// The phone: one client's chat with the bot. Several clients can be kept open as chips above it.

import { $, base64, el, post } from "./dom.js";
import { Composer } from "./composer.js";
import { Messages } from "./messages.js";

const NAMES = ["Ирина", "Павел", "Марина", "Дмитрий", "Ольга", "Сергей", "Елена", "Антон"];
const STORE = "sandbox-clients";

export class Client {
  constructor(page) {
    this.page = page;
    this.known = load();
    this.current = this.known[0].id;
    this.view = null;
    this.messages = new Messages($("client-list"), () => this.current, {
      mine: (m) => !m.from_bot,
      empty: "Здесь пока пусто. Нажмите «Начать» или просто напишите, что вас интересует.",
      onPress: (m, button) => this.play({ message: m.message, data: button.data }),
      onReply: (m) => this.composer.set("reply", m),
      onEdit: (m) => this.composer.set("edit", m),
      onCommand: (text) => this.play({ text }),
      onStop: (draft) => this.play({ stop: draft.id }),
    });
    this.composer = new Composer($("client-form"), (text, mode) => this.send(text, mode));
    $("client-start").addEventListener("click", () => this.play({ start: this.person().start ?? "" }));
    $("client-block").addEventListener("click", () => this.play({ block: !this.blocked() }));
    $("client-menu").addEventListener("click", () => { $("client-commands").hidden = !$("client-commands").hidden; });
    $("client-add").addEventListener("click", () => this.ask());
    $("client-file").addEventListener("change", (event) => this.attach(event.target));
    for (const button of document.querySelectorAll("[data-send]")) {
      button.addEventListener("click", () => this.special(button.dataset.send));
    }
    $("person").addEventListener("close", () => this.added());
  }

  person() {
    return this.known.find((p) => p.id === this.current);
  }

  blocked() {
    return this.view?.bot_status === "kicked";
  }

  play(action) {
    const { id, name } = this.person();
    return post("/play/telegram", { chat: id, user: id, name, ...action });
  }

  send(text, mode) {
    if (mode?.kind === "edit") return this.play({ edit: mode.message.message, text });
    return this.play(mode ? { text, reply_to: mode.message.message } : { text });
  }

  async attach(input) {
    const file = input.files[0];
    if (!file) return;
    input.value = "";
    closeMenu();
    const kind = ["image/png", "image/jpeg", "image/webp"].includes(file.type) ? "photo" : "document";
    await this.play({ file: await base64(file), filename: file.name, kind });
  }

  special(kind) {
    closeMenu();
    if (kind === "contact") this.play({ contact: `+7916${String(this.current).padStart(7, "0").slice(-7)}` });
    else this.play({ kind, file: btoa(kind === "voice" ? "OggS simulated voice message" : "RIFF simulated sticker") });
  }

  ask() {
    const form = $("person").querySelector("form");
    form.reset();
    form.elements.name.value = NAMES.find((name) => !this.known.some((p) => p.name === name)) ?? "";
    $("person").returnValue = "";
    $("person").showModal();
    form.elements.name.select();
  }

  added() {
    if ($("person").returnValue !== "add") return;
    const form = $("person").querySelector("form");
    const name = form.elements.name.value.trim();
    if (!name) return;
    const id = Math.max(500, ...this.known.map((p) => p.id)) + 1;
    this.known.push({ id, name, start: form.elements.start.value.trim() });
    save(this.known);
    this.choose(id);
  }

  choose(id) {
    this.current = id;
    this.view = null;
    this.messages.clear();
    this.composer.set(null);
    this.page.reload();
    $("client-form").elements.text.focus();
  }

  forget() {
    this.view = null;
    this.messages.clear();
  }

  show(view) {
    for (const chat of view.chats) {
      if (!this.known.some((p) => p.id === chat.chat)) this.known.push({ id: chat.chat, name: chat.title });
    }
    this.view = view.client;
    const typing = view.client?.typing;
    const bot = view.bots.find((b) => b.active);
    $("bot-name").textContent = bot?.name ?? "Помощник";
    $("client-status").textContent = this.blocked() ? "заблокирован" : typing ? "печатает…" : bot ? "бот" : "не в сети";
    $("client-block").textContent = this.blocked() ? "Разблокировать" : "Заблокировать";
    $("client-block").hidden = !view.client;
    const fresh = !view.client?.messages.length;
    $("client-start").hidden = !fresh;
    this.messages.show(view.client?.messages ?? [], view.client?.drafts ?? [], view.presses);
    this.chips();
    this.commands(bot?.commands ?? []);
    this.keyboard(view.client?.messages ?? []);
  }

  chips() {
    const state = JSON.stringify([this.known, this.current]);
    if (state === this.chipState) return;
    this.chipState = state;
    $("clients").replaceChildren(...this.known.map((p) => el("button", {
      type: "button", role: "tab", "aria-selected": String(p.id === this.current), on: { click: () => this.choose(p.id) },
    }, p.name)));
  }

  commands(list) {
    $("client-menu").hidden = !list.length;
    const state = JSON.stringify(list);
    if (state === this.commandState) return;
    this.commandState = state;
    $("client-commands").replaceChildren(...list.map((c) => el("button", {
      type: "button", on: { click: () => { $("client-commands").hidden = true; this.play({ text: `/${c.command}` }); } },
    }, el("b", {}, `/${c.command}`), c.description)));
  }

  keyboard(messages) {
    const last = messages.findLast((m) => m.from_bot && !m.service);
    const rows = last?.keyboard ?? [];
    const state = JSON.stringify(rows);
    if (state === this.keyboardState) return;
    this.keyboardState = state;
    $("client-keyboard").hidden = !rows.length;
    $("client-keyboard").replaceChildren(...rows.map((row) => el("div", {}, ...row.map((b) => el("button", {
      type: "button", on: { click: () => (b.contact ? this.special("contact") : this.play({ text: b.text })) },
    }, b.text)))));
  }
}

function closeMenu() {
  document.querySelector(".attach").open = false;
}

function load() {
  try {
    const saved = JSON.parse(sessionStorage.getItem(STORE));
    if (Array.isArray(saved) && saved.length) return saved;
  } catch { /* nothing was saved, or it cannot be read: begin with one client */ }
  return [{ id: 501, name: NAMES[0] }];
}

function save(people) {
  try {
    sessionStorage.setItem(STORE, JSON.stringify(people));
  } catch { /* a browser that keeps nothing still works until the page is closed */ }
}
