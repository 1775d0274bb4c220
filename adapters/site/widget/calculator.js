/* The price calculator: knows no price of its own. It draws GET /api/price-list, asks POST /api/quote for every
   change, shows the last answer, and hands the configuration to the chat. */
"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const query = new URLSearchParams(location.search);
  const embedded = query.get("embed") === "1";
  const SITE = new URL("./", location.href);
  const chosen = { package: "", options: {}, choices: {} }; // options are kept per package: {package: {id: quantity}}
  let prices;

  function h(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") node.addEventListener(name, value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value != null) node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }
  function money(decimal) {
    const amount = Number(decimal);
    const digits = Number.isInteger(amount) ? 0 : 2;
    const text = Math.abs(amount).toLocaleString("ru-RU", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return `${amount < 0 ? "−" : ""}${text.replace(/\s/g, "\u00a0")}\u00a0₽`;
  }
  const monthly = (period) => (period === "month" ? "\u00a0в\u00a0месяц" : "");
  const current = () => prices.packages.find(({ id }) => id === chosen.package);
  const quantities = () => (chosen.options[chosen.package] ||= {});
  const applicable = () =>
    prices.choices.filter(({ applies }) => !applies || !current().period || applies === current().period);

  // ---- the form

  const errorLine = (field) => h("p", { class: "error", id: `error-${field}`, "data-field": field });
  function drawPackages() {
    at("packages").append(
      ...prices.packages.map((each) =>
        h("label", {},
          h("input", { type: "radio", name: "package", value: each.id, checked: each.id === chosen.package, change: pick }),
          h("b", {}, each.title), h("small", {}, each.description || ""),
          h("em", {}, `от ${money(each.price)}${monthly(each.period)}`))),
      errorLine("package"));
  }
  function pick(event) {
    chosen.package = event.target.value;
    drawOptions();
    drawChoices();
    ask();
  }
  function drawOptions() {
    const { options, period } = current();
    at("options").replaceChildren(h("legend", {}, "Что добавить"),
      ...options.flatMap((option) => [drawOption(option, period), errorLine(`options.${option.id}`)]));
    at("options").hidden = !options.length;
  }
  function drawOption(option, period) {
    const price = h("span", { class: "price" }, `+ ${money(option.price)}${monthly(period)}`);
    const about = [option.title, ...(option.note ? [h("small", {}, option.note)] : [])];
    const field = `error-options.${option.id}`;
    const value = quantities()[option.id] || 0;
    if (option.max === 1) {
      const change = (event) => set(option.id, event.target.checked ? 1 : 0);
      const box = h("input", { type: "checkbox", name: option.id, checked: value > 0, change, "aria-describedby": field });
      return h("div", { class: "option" }, h("label", {}, h("span", { class: "about" }, ...about), price, box));
    }
    const id = `option-${option.id}`;
    const input = h("input", {
      id, type: "number", inputmode: "numeric", min: 0, max: option.max, value, "aria-describedby": field,
      change: () => put(Number(input.value)),
    });
    const step = (name, label, by) =>
      h("button", { type: "button", class: name, "aria-label": `${label}: ${option.title}`, click: () => put(+input.value + by) });
    const less = step("less", "Меньше", -1);
    const more = step("more", "Больше", 1);
    function put(wanted) {
      const quantity = Math.min(option.max, Math.max(0, Math.round(wanted) || 0));
      input.value = quantity;
      const focused = document.activeElement;
      less.disabled = quantity === 0;
      more.disabled = quantity === option.max;
      if (focused.disabled) input.focus(); // a button that goes dead must not take the focus with it
      if (quantity !== (quantities()[option.id] || 0)) set(option.id, quantity);
    }
    put(value);
    const limit = h("small", {}, `До ${option.max}`);
    return h("div", { class: "option" }, h("div", {}, h("label", { for: id }, ...about), limit), price,
      h("div", { class: "stepper" }, less, input, more));
  }
  function set(id, quantity) {
    quantities()[id] = quantity;
    ask();
  }
  function drawChoices() {
    at("choices").replaceChildren(...applicable().map(({ id, title, values }) => {
      const value = chosen.choices[id] || values[0].id;
      const change = (event) => {
        chosen.choices[id] = event.target.value;
        ask();
      };
      return h("fieldset", { class: "choice", "aria-describedby": `error-choices.${id}` }, h("legend", {}, title),
        h("div", {}, ...values.map((each) =>
          h("label", {}, h("input", { type: "radio", name: id, value: each.id, checked: each.id === value, change }), each.title))),
        errorLine(`choices.${id}`));
    }));
  }

  // ---- the price: asked a moment after a change, and only the last answer is shown

  let timer;
  let asking;
  function ask() {
    clearTimeout(timer);
    asking?.abort();
    at("result").classList.add("stale");
    timer = setTimeout(quote, 180);
  }
  async function quote() {
    const mine = (asking = new AbortController());
    const late = setTimeout(() => mine.abort("late"), 10000);
    const { package: name, options, choices } = configuration();
    try {
      const answer = await fetch(new URL("api/quote", SITE), {
        method: "POST", signal: mine.signal, headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ package: name, options, choices }),
      });
      const data = await answer.json();
      if (asking !== mine) return;
      showErrors(data.error?.fields || {});
      if (answer.ok) show(data);
      else if (!data.error?.fields) trouble(data.error?.message || "Не получилось посчитать.", quote);
      else refuse();
    } catch {
      if (asking === mine && (!mine.signal.aborted || mine.signal.reason === "late")) {
        trouble("Нет связи с сервером, расчёт не обновился.", quote);
      }
    } finally {
      clearTimeout(late);
    }
  }
  /* Zero options and first values are what the server assumes anyway, so they are left out. */
  function configuration() {
    const options = Object.fromEntries(Object.entries(quantities()).filter(([, quantity]) => quantity));
    const choices = {};
    for (const { id, values } of applicable()) {
      if (chosen.choices[id] && chosen.choices[id] !== values[0].id) choices[id] = chosen.choices[id];
    }
    return { package: chosen.package, options, choices };
  }
  function showErrors(fields) {
    const left = { ...fields };
    document.querySelectorAll("[data-field]").forEach((node) => {
      node.textContent = fields[node.dataset.field] || "";
      delete left[node.dataset.field];
    });
    const [message] = Object.values(left);
    if (message) trouble(message);
    else at("trouble").hidden = true;
  }
  function show(data) {
    at("lines").replaceChildren(...data.lines.map((line) =>
      h("tr", {},
        h("th", { scope: "row" }, line.quantity > 1 ? `${line.title} × ${line.quantity}` : line.title),
        h("td", {}, money(line.amount) + (line.period === "month" ? "\u00a0/\u00a0мес." : "")))));
    const sums = [];
    if (Number(data.total) || !Number(data.monthly)) sums.push(["Разово", money(data.total)]);
    if (Number(data.monthly)) sums.push(["В месяц", money(data.monthly)]);
    at("totals").replaceChildren(...sums.map(([name, sum]) => h("div", {}, h("dt", {}, name), h("dd", {}, sum))));
    const until = new Date(`${data.valid_until.slice(0, 10)}T12:00`);
    const day = until.toLocaleDateString("ru-RU", { day: "numeric", month: "long" });
    at("fine").textContent = `${vat(data)} Цена действует до\u00a0${day.replace(" ", "\u00a0")}.`;
    at("manager").hidden = !data.needs_manager;
    const spoken = sums.map(([name, sum]) => `${name}: ${sum}`).join(", ");
    at("spoken").textContent = `Итого. ${spoken}`;
    at("bar-total").textContent = sums.map(([name, sum]) => (name === "Разово" ? sum : `${sum} в\u00a0месяц`)).join(" + ");
    at("bar").hidden = at("result").hidden = at("discuss").disabled = false;
    at("result").classList.remove("stale");
  }
  /* An old sum must not stand beside a configuration that it does not belong to. */
  function refuse() {
    at("lines").replaceChildren();
    at("totals").replaceChildren();
    at("fine").textContent = at("spoken").textContent = "Такой состав посчитать нельзя, причина написана у поля.";
    at("bar-total").textContent = "Проверьте состав";
    at("manager").hidden = at("discuss").disabled = true;
    at("result").hidden = false;
    at("result").classList.remove("stale");
  }
  function vat(data) {
    const rate = data.vat_rate ?? prices.vat?.rate;
    const amounts = [data.vat, data.vat_monthly].filter((amount) => Number(amount)).map(money);
    if (!amounts.length) return "НДС не облагается.";
    return `В том числе НДС${rate ? ` ${rate}\u00a0%` : ""}: ${amounts.join(" и\u00a0")}.`;
  }
  function trouble(message, again) {
    const retry = () => {
      at("trouble").hidden = true;
      again();
    };
    at("trouble").replaceChildren(message, ...(again ? [h("button", { type: "button", click: retry }, "Повторить")] : []));
    at("trouble").hidden = false;
  }

  // ---- to the chat

  function payload() {
    const { package: p, options: o, choices: c } = configuration();
    const bytes = new TextEncoder().encode(JSON.stringify({ p, o, c }));
    return `calc_${btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")}`;
  }
  let answered;
  function discuss() {
    const address = new URL(`?start=${payload()}`, SITE).href;
    if (window.parent === window) {
      location.href = address;
      return;
    }
    answered = false;
    window.parent.postMessage({ type: "sales-assistant:start", payload: payload() }, "*");
    setTimeout(() => answered || window.open(address, "_blank", "noopener"), 700); // no chat on that page
  }
  function tellHeight() {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    window.parent.postMessage({ type: "sales-assistant:height", height }, "*");
  }

  /* Telegram hands its colours to a Mini App in the address. */
  function telegramTheme() {
    const theme = JSON.parse(new URLSearchParams(location.hash.slice(1)).get("tgWebAppThemeParams") || "{}");
    for (const [name, colour] of Object.entries(theme)) {
      if (/^#[0-9a-f]{6}$/i.test(colour)) {
        document.documentElement.style.setProperty(`--tg-theme-${name.replace(/_/g, "-")}`, colour);
      }
    }
  }

  async function begin() {
    try {
      const answer = await fetch(new URL("api/price-list", SITE));
      if (!answer.ok) throw new Error(String(answer.status));
      prices = await answer.json();
    } catch {
      trouble("Прайс не загрузился: нет связи с сервером.", begin);
      return;
    } finally {
      at("calculator").removeAttribute("aria-busy");
    }
    const wanted = query.get("package");
    chosen.package = (prices.packages.find(({ id }) => id === wanted) || prices.packages[0]).id;
    drawPackages();
    drawOptions();
    drawChoices();
    at("form").hidden = false;
    quote();
  }

  try {
    telegramTheme();
  } catch {
    // a malformed theme leaves the system's colours
  }
  if (embedded) document.body.classList.add("embedded");
  if (window.parent !== window) {
    new ResizeObserver(tellHeight).observe(document.body);
    window.addEventListener("message", ({ source, data }) => {
      if (source === window.parent && data?.type === "sales-assistant:started") answered = true;
    });
  }
  at("discuss").addEventListener("click", discuss);
  at("form").addEventListener("submit", (event) => event.preventDefault());
  begin();
})();
