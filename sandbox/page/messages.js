// A list of messages that changes in place: a message is drawn anew only when something in it has changed.

import { el, rich, size, time } from "./dom.js";

const SERVICE = {
  forum_topic_created: (m) => `Открыта тема «${m.topic ?? ""}»`,
  forum_topic_edited: () => "Тема переименована",
  forum_topic_closed: () => "Тема закрыта",
  forum_topic_reopened: () => "Тема снова открыта",
  pinned_message: () => "Сообщение закреплено",
};

export class Messages {
  // options: mine(message), empty, onPress(message, button), onReply(message), onEdit(message), onCommand(text), authors
  constructor(root, chat, options) {
    this.root = root;
    this.chat = chat;
    this.options = options;
    this.nodes = new Map();
  }

  clear() {
    this.nodes.clear();
    this.root.replaceChildren();
  }

  show(messages, drafts, presses) {
    const pinned = this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < 80;
    const grew = messages.some((m) => !this.nodes.has(`m${m.message}`)) || drafts.length > 0;
    const wanted = new Map();
    const texts = new Map(messages.map((m) => [m.message, m]));
    for (const message of messages) {
      const waiting = presses.filter((p) => p.message === message.message && p.chat === this.chat() && !p.answered);
      this.keep(wanted, `m${message.message}`, [message, waiting.length], () => this.draw(message, texts));
    }
    for (const draft of drafts) this.keep(wanted, `d${draft.id}`, draft, () => this.drawDraft(draft));
    if (!wanted.size) this.keep(wanted, "empty", this.options.empty, () => el("p", { class: "empty" }, this.options.empty));
    for (const [key, entry] of this.nodes) if (!wanted.has(key)) entry.node.remove();
    let before = this.root.firstChild;
    for (const { node } of wanted.values()) {
      if (node === before) before = before.nextSibling;
      else this.root.insertBefore(node, before);
    }
    this.nodes = wanted;
    if (grew && pinned) this.root.scrollTop = this.root.scrollHeight;
  }

  toEnd() {
    this.root.scrollTop = this.root.scrollHeight;
  }

  keep(wanted, key, value, draw) {
    const state = JSON.stringify(value);
    const old = this.nodes.get(key);
    if (old && old.state === state) {
      wanted.set(key, old);
      return;
    }
    const node = draw();
    old?.node.replaceWith(node);
    wanted.set(key, { state, node });
  }

  draw(message, texts) {
    if (message.service) return el("p", { class: "note" }, (SERVICE[message.kind] ?? (() => "Служебное сообщение"))(message));
    const mine = this.options.mine(message);
    const bubble = el("div", { class: "bubble" });
    if (this.options.authors && !mine) bubble.append(el("span", { class: "author" }, message.name));
    const replied = texts.get(message.reply_to);
    if (replied && !replied.service) bubble.append(el("span", { class: "quote" }, replied.text || replied.filename || "Сообщение"));
    if (message.filename) bubble.append(this.file(message));
    if (message.contact) bubble.append(el("span", { class: "text" }, `Контакт: ${message.contact}`));
    if (message.text) bubble.append(rich(message.text, message.entities, this.options.onCommand));
    bubble.append(el("span", { class: "meta" }, `${message.edited ? "изменено " : ""}${time(message.at)}`));
    return el("div", { class: mine ? "msg mine" : "msg", "data-message": message.message }, bubble, this.buttons(message), this.acts(message, mine));
  }

  drawDraft(draft) {
    const bubble = el("div", { class: "bubble" }, draft.text ? rich(draft.text, draft.entities) : el("span", { class: "text" }, "Думаю…"));
    const stop = draft.can_stop && el("div", { class: "buttons" }, el("div", {},
      el("button", { type: "button", on: { click: () => this.options.onStop(draft) } }, "■ Остановить")));
    return el("div", { class: "msg draft" }, bubble, stop);
  }

  file(message) {
    const address = `/inspect/telegram/file?message=${message.message}&chat=${this.chat()}`;
    if (message.kind === "photo") return el("img", { class: "picture", src: `${address}&inline=1`, alt: message.filename });
    if (message.kind === "sticker") return el("span", { class: "text" }, "👍 стикер");
    const mark = message.kind === "voice" ? "▶" : message.filename.split(".").pop().slice(0, 4);
    const title = message.kind === "voice" ? "Голосовое сообщение" : message.filename;
    return el("a", { class: "file", href: address, download: message.filename },
      el("span", { class: "mark", "aria-hidden": "true" }, mark), el("span", {}, el("b", {}, title), el("small", {}, size(message.size))));
  }

  buttons(message) {
    if (!message.buttons.length) return null;
    return el("div", { class: "buttons" }, ...message.buttons.map((row) => el("div", {}, ...row.map((button) => this.button(message, button)))));
  }

  button(message, button) {
    if (button.url) {
      const safe = /^https?:\/\//i.test(button.url);
      return el("a", { href: safe ? button.url : undefined, target: "_blank", rel: "noopener noreferrer" }, `${button.text} ↗`);
    }
    if (button.copy !== undefined) {
      return el("button", { type: "button", on: { click: () => navigator.clipboard?.writeText(button.copy) } }, `${button.text} ⧉`);
    }
    const press = async (event) => {
      const node = event.currentTarget;
      node.classList.add("waiting");
      await this.options.onPress(message, button);
      setTimeout(() => node.classList.remove("waiting"), 1500);
    };
    return el("button", { type: "button", on: { click: press } }, button.text);
  }

  acts(message, mine) {
    const reply = el("button", { type: "button", title: "Ответить", "aria-label": "Ответить", on: { click: () => this.options.onReply(message) } }, "↩");
    const edit = mine && !message.filename && !message.contact && this.options.onEdit
      && el("button", { type: "button", title: "Изменить", "aria-label": "Изменить", on: { click: () => this.options.onEdit(message) } }, "✎");
    return el("div", { class: "acts" }, reply, edit);
  }
}
