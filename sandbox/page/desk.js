// The managers' group: its topics, the messages of the chosen one, and a line to answer as one of the managers.

import { $, el, post } from "./dom.js";
import { Composer } from "./composer.js";
import { Messages } from "./messages.js";

const PEOPLE = [[9001, "Анна"], [9002, "Борис"], [9100, "Посторонний"]];
const GENERAL = 0;

export class Desk {
  constructor() {
    this.group = null;
    this.thread = GENERAL;
    this.read = new Map();
    this.messages = new Messages($("desk-list"), () => this.group?.chat, {
      authors: true,
      mine: (m) => m.user === this.as(),
      empty: "В этой теме пока нет сообщений.",
      onPress: (m, button) => this.play({ message: m.message, data: button.data }),
      onReply: (m) => this.composer.set("reply", m),
      onEdit: (m) => this.composer.set("edit", m),
      onCommand: (text) => this.send(text, null),
    });
    this.composer = new Composer($("desk-form"), (text, mode) => this.send(text, mode));
    $("desk-as").append(...PEOPLE.map(([id, name]) => el("option", { value: id }, name)));
    $("desk-as").addEventListener("change", () => { this.messages.clear(); this.draw(); });
    $("topic-close").addEventListener("click", () => {
      this.play({ topic: this.topic()?.closed ? "reopen" : "close", thread: this.thread });
    });
  }

  as() {
    return Number($("desk-as").value);
  }

  topic() {
    return this.group?.topics.find((t) => t.thread === this.thread);
  }

  play(action) {
    const user = this.as();
    const name = PEOPLE.find(([id]) => id === user)[1];
    return post("/play/telegram", { chat: this.group.chat, user, name, ...action });
  }

  send(text, mode) {
    if (mode?.kind === "edit") return this.play({ edit: mode.message.message, text });
    const action = { text };
    if (this.thread !== GENERAL) action.thread = this.thread;
    if (mode) action.reply_to = mode.message.message;
    return this.play(action);
  }

  choose(thread) {
    this.thread = thread;
    this.composer.set(null);
    this.messages.clear();
    this.draw();
    this.messages.toEnd();
  }

  forget() {
    this.thread = GENERAL;
    this.read.clear();
    this.messages.clear();
  }

  show(view) {
    const first = this.group === null;
    this.group = view.group;
    this.presses = view.presses;
    if (this.thread !== GENERAL && !this.topic()) this.thread = GENERAL;
    if (first && view.group.topics.length) this.thread = newestFirst(view.group.topics)[0].thread;
    this.draw();
    if (first) this.messages.toEnd();
  }

  draw() {
    const { group, thread } = this;
    if (!group) return;
    const topic = this.topic();
    const shown = group.messages.filter((m) => (m.thread ?? GENERAL) === thread);
    for (const m of shown) if (m.service && m.kind === "forum_topic_created") m.topic = topic?.name;
    if (shown.length) this.read.set(thread, shown.at(-1).message);
    $("group-title").textContent = group.title;
    $("group-state").textContent = group.bot_status === "administrator" ? "Анна, Борис и бот" : "Бота здесь нет";
    $("topic-name").textContent = topic?.name ?? "Общая тема";
    const typing = group.typing && (group.typing.thread ?? GENERAL) === thread;
    $("topic-state").textContent = typing ? "бот печатает…" : topic?.closed ? "закрыта" : topic ? "тема клиента" : "для всех";
    $("topic-close").hidden = !topic;
    $("topic-close").textContent = topic?.closed ? "Открыть тему" : "Закрыть тему";
    this.messages.show(shown, [], this.presses ?? []);
    this.drawTopics();
  }

  unread(thread) {
    if (thread === this.thread) return 0;
    const seen = this.read.get(thread) ?? 0;
    return this.group.messages.filter((m) => !m.service && (m.thread ?? GENERAL) === thread && m.message > seen).length;
  }

  drawTopics() {
    const general = this.group.messages.findLast((m) => !m.thread && !m.service);
    const rows = [{ thread: GENERAL, name: "Общая тема", last: general?.text ?? "" }, ...newestFirst(this.group.topics)];
    const state = JSON.stringify([rows, this.thread, rows.map((r) => this.unread(r.thread))]);
    if (state === this.topicState) return;
    this.topicState = state;
    $("topics").replaceChildren(...rows.map((row) => this.row(row)));
  }

  row(row) {
    const unread = this.unread(row.thread);
    const dot = el("span", { class: "dot", "aria-hidden": "true" }, row.thread === GENERAL ? "#" : [...row.name][0] ?? "?");
    if (row.color) dot.style.setProperty("--topic", `#${shade(row.color)}`);
    return el("button", {
      type: "button", role: "tab", class: row.closed ? "closed" : undefined,
      "aria-selected": String(row.thread === this.thread), on: { click: () => this.choose(row.thread) },
    }, dot, el("b", {}, row.name), el("small", {}, row.last || "Нет сообщений"), unread ? el("span", { class: "unread" }, String(unread)) : null);
  }
}

function newestFirst(topics) {
  return [...topics].sort((a, b) => b.last_message - a.last_message);
}

// Telegram's topic colours are light; darker, white letters on them can be read.
function shade(color) {
  const parts = [color >> 16 & 255, color >> 8 & 255, color & 255];
  return parts.map((part) => Math.round(part * 0.72).toString(16).padStart(2, "0")).join("");
}
