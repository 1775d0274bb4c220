/* What the demo site does by itself: buttons that open the chat, prices from the price list, and the embedded
   calculator (its height, its choice of a service, and «Обсудить в чате»). */
"use strict";
(() => {
  const chat = () => window.SalesAssistant;
  const frame = document.querySelector("iframe");

  for (const button of document.querySelectorAll("[data-chat]")) {
    button.addEventListener("click", () => (button.dataset.ask ? chat()?.send(button.dataset.ask) : chat()?.open()));
  }
  for (const link of document.querySelectorAll("[data-package]")) {
    link.addEventListener("click", () => {
      const address = new URL(`/calculator?embed=1&package=${link.dataset.package}`, location.href).href;
      frame.contentWindow.location.replace(address); // the visitor's Back must not step through the frame
    });
  }

  window.addEventListener("message", ({ origin, source, data }) => {
    if (origin !== location.origin || source !== frame.contentWindow || !data) return;
    if (data.type === "sales-assistant:height") frame.style.height = `${Math.ceil(Number(data.height)) + 2}px`;
    if (data.type === "sales-assistant:start" && chat()) {
      source.postMessage({ type: "sales-assistant:started" }, origin);
      chat().start(data.payload);
    }
  });

  // The calculator opened by itself sends its visitor here with ?start=calc_…
  const address = new URL(location.href);
  const payload = address.searchParams.get("start");
  if (payload) {
    address.searchParams.delete("start"); // so that a reload does not start again
    history.replaceState(null, "", address);
    chat()?.start(payload);
  }

  async function showPrices() {
    const answer = await fetch("/api/price-list");
    if (!answer.ok) return;
    const { packages } = await answer.json();
    for (const { id, price, period } of packages) {
      const place = document.querySelector(`[data-price="${CSS.escape(id)}"]`);
      const sum = Number(price).toLocaleString("ru-RU").replace(/\s/g, "\u00a0");
      if (place) place.textContent = `от ${sum}\u00a0₽${period === "month" ? " в\u00a0месяц" : ""}`;
    }
  }
  showPrices().catch(() => {}); // without prices the cards point to the calculator
})();
