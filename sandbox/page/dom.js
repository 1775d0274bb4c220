// Small helpers of the page: elements, requests, texts with entities. User text enters only as text nodes.

export const $ = (id) => document.getElementById(id);

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export async function post(path, body) {
  let response;
  try {
    response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  } catch {
    toast("Песочница не отвечает");
    return null;
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) toast(refusals[answer?.error?.code] ?? `Не получилось: ${answer?.error?.message ?? response.status}`);
  return response.ok ? answer : null;
}

const refusals = {
  blocked: "Клиент заблокировал бота. Сначала разблокируйте.",
  no_bot: "Бота нет в этой группе.",
  not_found: "Этого сообщения или темы уже нет.",
  too_large: "Файл слишком большой: не больше 55 МБ.",
};

let hiding;
export function toast(text) {
  const node = $("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { node.hidden = true; }, 4000);
}

export function time(iso) {
  return new Date(iso).toLocaleTimeString("ru", { hour: "2-digit", minute: "2-digit" });
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} Б`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} КБ`;
  return `${(bytes / 1024 / 1024).toFixed(1).replace(".", ",")} МБ`;
}

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "span" };

// Entities count UTF-16 units, as JavaScript strings do; they nest and never cross.
export function rich(text, entities, onCommand) {
  const root = el("span", { class: "text" });
  fill(root, text, entities ?? [], 0, text.length, onCommand);
  return root;
}

function fill(parent, text, entities, from, to, onCommand) {
  let at = from;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    index += 1;
    if (end <= start) continue;
    const inner = [];
    while (index < entities.length && entities[index].offset < end) inner.push(entities[index++]);
    if (start > at) parent.append(text.slice(at, start));
    const node = wrap(entity, text.slice(start, end), onCommand);
    fill(node, text, inner, start, end, onCommand);
    parent.append(node);
    at = end;
  }
  if (at < to) parent.append(text.slice(at, to));
}

function wrap(entity, content, onCommand) {
  if (entity.type === "text_link" || entity.type === "url") {
    const address = entity.url ?? (content.includes("://") ? content : `https://${content}`);
    if (/^https?:\/\//i.test(address)) return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" });
  }
  if (entity.type === "bot_command" && onCommand) {
    return el("button", { type: "button", class: "command", on: { click: () => onCommand(content) } });
  }
  const tag = TAGS[entity.type] ?? "span";
  return el(tag, { class: entity.type === "spoiler" ? "spoiler" : undefined });
}

export async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let i = 0; i < bytes.length; i += 32768) binary += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return btoa(binary);
}
