// The tabs beside the managers' group: what reached the mailbox, the payment page and the calendars.

import { $, el, post, size } from "./dom.js";

const TABS = [["group", "Менеджеры"], ["mail", "Почта"], ["yookassa", "Оплата"], ["google", "Календарь"]];
const STATES = { pending: "ждёт оплаты", waiting_for_capture: "деньги удержаны", succeeded: "оплачен", canceled: "отменён" };

export class Outside {
  constructor() {
    this.tab = "group";
    this.busy = false;
    $("tabs").hidden = false;
    $("tabs").append(...TABS.map(([id, label]) => el("button", {
      type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}`, on: { click: () => this.choose(id) },
    }, label)));
    this.mark();
  }

  choose(id) {
    this.tab = id;
    this.mark();
    this.draw();
  }

  mark() {
    for (const [id] of TABS) {
      $(`tab-${id}`).setAttribute("aria-selected", id === this.tab);
      $(`panel-${id}`).hidden = id !== this.tab;
    }
  }

  show() {
    this.draw();
  }

  async draw() {
    const tab = this.tab;
    if (tab === "group" || this.busy) return;
    this.busy = true;
    try {
      const answer = await fetch(`/inspect/${tab}/view`).then((r) => r.json());
      const text = JSON.stringify(answer.state);
      const panel = $(`panel-${tab}`);
      if (panel.dataset.shown !== text) {
        panel.dataset.shown = text;
        panel.replaceChildren(...(this[tab](answer.state)));
      }
    } catch {
      // the page itself says that the sandbox does not answer, and asks again
    } finally {
      this.busy = false;
    }
  }

  mail(state) {
    if (!state.messages.length) return [empty("Писем пока нет.")];
    return state.messages.toReversed().map((letter) => el("article", { class: "card" },
      el("h3", {}, letter.subject || "Без темы"),
      el("p", { class: "hint" }, `Кому: ${letter.to.join(", ")} · ${moment(letter.at)}`),
      el("p", { class: "body" }, letter.text ?? ""),
      el("p", { class: "links" },
        letter.html && link(`/inspect/mail/html?message=${letter.message}`, "Открыть письмо"),
        ...letter.attachments.map((file, index) =>
          link(`/inspect/mail/attachment?message=${letter.message}&index=${index}`, `${file.filename}, ${size(file.size)}`)))));
  }

  yookassa(state) {
    if (!state.payments.length) return [empty("Платежей пока нет.")];
    return state.payments.toReversed().map((payment) => el("article", { class: "card" },
      el("h3", {}, `${roubles(payment.amount.value)} · ${STATES[payment.status]}`),
      el("p", { class: "hint" }, `${payment.description ?? ""} · ${moment(payment.created_at)}`),
      Number(payment.refunded_amount?.value) > 0 && el("p", {}, `Возвращено ${roubles(payment.refunded_amount.value)}`),
      payment.receipt && el("ul", { class: "active" }, ...payment.receipt.items.map((item) =>
        el("li", {}, `${item.description}: ${String(item.quantity).replace(".", ",")} × ${roubles(item.amount.value)}`))),
      payment.status === "pending" && el("div", { class: "actions" },
        link(payment.page, "Страница оплаты"),
        act("Отказаться", "quiet", () => this.pay(payment, "canceled")),
        act("Заплатить", "primary", () => this.pay(payment, "succeeded")))));
  }

  async pay(payment, outcome) {
    await post("/play/yookassa", { payment: payment.id, outcome, notify: true });
    this.draw();
  }

  google(state) {
    const names = Object.keys(state.calendars).filter((name) => state.calendars[name].length);
    if (!names.length) return [empty("Встреч пока нет.")];
    return names.map((name) => el("article", { class: "card" },
      el("h3", {}, name),
      el("ul", { class: "active" }, ...state.calendars[name]
        .toSorted((a, b) => Date.parse(a.start.dateTime) - Date.parse(b.start.dateTime))
        .map((event) => el("li", { class: event.status === "cancelled" && "cancelled" },
          `${moment(event.start.dateTime)} – ${clock(event.end.dateTime)} · ${event.summary ?? "Занято"}${event.others ? " (поставил коллега)" : ""}`)))));
  }
}

function empty(text) {
  return el("p", { class: "empty" }, text);
}

function link(address, text) {
  return el("a", { href: address, target: "_blank", rel: "noopener" }, text);
}

function act(text, kind, work) {
  return el("button", { type: "button", class: kind, on: { click: work } }, text);
}

function moment(iso) {
  return new Date(iso).toLocaleString("ru", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
}

function clock(iso) {
  return new Date(iso).toLocaleTimeString("ru", { hour: "2-digit", minute: "2-digit" });
}

function roubles(value) {
  return Number(value).toLocaleString("ru", { style: "currency", currency: "RUB" });
}
