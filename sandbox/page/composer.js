// The line where a person types: Enter sends, Shift+Enter breaks the line, a reply or an edit is shown above it.

export class Composer {
  constructor(form, send) {
    this.form = form;
    this.area = form.elements.text;
    this.context = form.querySelector(".context");
    this.mode = null;
    this.context.querySelector("button").addEventListener("click", () => this.set(null));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.area.value.trim();
      if (!text) return;
      const mode = this.mode;
      this.area.value = "";
      this.set(null);
      send(text, mode);
    });
    this.area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
      if (event.key === "Escape" && this.mode) this.set(null);
    });
  }

  // kind: "reply" | "edit"
  set(kind, message) {
    if (this.mode?.kind === "edit" && kind !== "edit") this.area.value = "";
    this.mode = kind ? { kind, message } : null;
    this.context.hidden = !kind;
    if (!kind) return;
    const what = message.text || message.filename || "сообщение";
    this.context.querySelector("span").textContent = kind === "edit" ? `Изменение: ${what}` : `Ответ: ${what}`;
    if (kind === "edit") this.area.value = message.text;
    this.area.focus();
  }
}
