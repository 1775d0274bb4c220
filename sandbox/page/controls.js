// The bar above: the clock, faults, a fresh start, and whether a bot is connected at all.

import { $, el, post } from "./dom.js";

const MODES = { slow: "ответ через 5 секунд", error: "ошибка 500", down: "обрыв соединения", garbage: "мусор вместо ответа", cut: "обрыв после действия", processing: "ответ 202 после действия", lost: "ошибка 500 после действия", limit: "ошибка 429", quota: "лимит запросов", refuse: "отказ принять письмо" };

export class Controls {
  constructor(onReset) {
    this.offset = 0;
    for (const button of document.querySelectorAll("[data-advance]")) {
      button.addEventListener("click", () => post("/play/clock", { advance: Number(button.dataset.advance) }));
    }
    $("faults-open").addEventListener("click", () => $("faults").showModal());
    $("faults-on").addEventListener("click", () => this.fault());
    $("faults-off").addEventListener("click", () => this.noFaults());
    $("reset-open").addEventListener("click", () => { $("sure").returnValue = ""; $("sure").showModal(); });
    $("sure").addEventListener("close", async () => {
      if ($("sure").returnValue === "yes" && await post("/reset", {})) onReset();
    });
    setInterval(() => this.tick(), 1000);
    this.services();
  }

  async services() {
    const answer = await fetch("/health").then((r) => r.json()).catch(() => ({ services: ["telegram"] }));
    const names = { telegram: "Telegram", openai: "OpenAI", anthropic: "Anthropic", yookassa: "ЮKassa", google: "Google Календарь", mail: "Почта" };
    this.names = answer.services;
    $("faults").querySelector("[name=service]").append(...answer.services.map((s) => el("option", { value: s }, names[s] ?? s)));
  }

  fault() {
    const { service, mode, for: times, method } = $("faults").querySelector("form").elements;
    const fault = { service: service.value, mode: mode.value, for: Math.max(1, Number(times.value) || 1) };
    if (method.value.trim()) fault.method = method.value.trim();
    return post("/faults", fault);
  }

  async noFaults() {
    for (const service of this.names ?? []) await post("/faults", { service, mode: "ok" });
  }

  show(view) {
    this.offset = view.clock.offset * 1000 + (Date.parse(view.clock.now) - view.clock.offset * 1000 - Date.now());
    this.moved = view.clock.offset !== 0;
    this.tick();
    const bot = view.bots.find((b) => b.active);
    const how = bot?.webhook ? "по вебхуку" : "опросом";
    const waits = bot?.pending ? `, ждут обработки: ${bot.pending}` : "";
    $("bot-state").textContent = bot ? `${bot.name} на связи, получает сообщения ${how}${waits}` : "Бот ещё не подключился";
    $("faults-count").hidden = !view.faults.length;
    $("faults-count").textContent = view.faults.length;
    $("faults-active").replaceChildren(...view.faults.map((f) => el("li", {},
      `${f.method ?? "Все запросы"}: ${MODES[f.mode] ?? f.mode}${f.left === null ? "" : `, осталось ${f.left}`}`)));
  }

  tick() {
    const now = new Date(Date.now() + this.offset);
    $("clock").textContent = now.toLocaleString("ru", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
    $("clock").classList.toggle("moved", Boolean(this.moved));
  }
}
