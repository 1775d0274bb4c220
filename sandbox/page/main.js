// The page: asks the sandbox for everything it shows, waits for the next change, and shows that.

import { $, toast } from "./dom.js";
import { Client } from "./client.js";
import { Controls } from "./controls.js";
import { Desk } from "./desk.js";
import { Outside } from "./outside.js";

class Page {
  constructor() {
    this.number = null;
    this.seen = null;
    this.client = new Client(this);
    this.desk = new Desk();
    this.outside = new Outside();
    this.controls = new Controls(() => {
      this.client.forget();
      this.desk.forget();
      this.reload();
    });
  }

  reload() {
    this.number = null;
    this.request?.abort();
  }

  async run() {
    for (;;) {
      try {
        this.show(await this.next());
      } catch (error) {
        if (error.name === "AbortError") continue;
        $("bot-state").textContent = "Песочница не отвечает, пробуем снова…";
        this.number = null;
        await new Promise((resolve) => setTimeout(resolve, 1500));
      }
    }
  }

  async next() {
    this.request = new AbortController();
    const query = new URLSearchParams({ chat: this.client.current });
    if (this.number !== null) {
      query.set("after", this.number);
      query.set("wait", this.fleeting ? 1 : 20);
    }
    const response = await fetch(`/inspect/telegram/view?${query}`, { signal: this.request.signal });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response.json();
  }

  show(view) {
    this.number = view.number;
    // drafts and "typing" end by themselves, without a change that would wake us
    this.fleeting = Boolean(view.client?.typing || view.client?.drafts.length || view.group.typing);
    this.client.show(view);
    this.desk.show(view);
    this.controls.show(view);
    this.outside.show();
    this.answers(view.presses);
  }

  answers(presses) {
    const first = this.seen === null;
    this.seen ??= new Set();
    for (const press of presses) {
      if (!press.answered || this.seen.has(press.id)) continue;
      this.seen.add(press.id);
      if (first || !press.text) continue;
      if (press.alert) {
        $("alert-text").textContent = press.text;
        $("alert").showModal();
      } else toast(press.text);
    }
  }
}

new Page().run();
