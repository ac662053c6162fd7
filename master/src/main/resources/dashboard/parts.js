// What the views are made of: elements, requests, sizes and times.
import { currentLanguage, word } from "./words.js";

const said = document.getElementById("said");

/** An element; texts become text nodes, so that nothing a task says is ever taken for HTML. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined).map((child) =>
    child instanceof Node ? child : String(child)));
  return element;
}

let pressed = false;
addEventListener("pointerdown", () => { pressed = true; });
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { setTimeout(() => { pressed = false; }, 0); });

/** Draws anew without taking from a person what she is just clicking, or where her keyboard is. */
export function show(container, ...children) {
  if (pressed && container.childElementCount) return;
  const parts = () => [...container.querySelectorAll("a, button, input, select, pre")];
  const focused = parts().indexOf(document.activeElement);
  container.replaceChildren(...children);
  if (focused >= 0) parts()[focused]?.focus({ preventScroll: true });
}

/** What a script printed, as a terminal shows it in the end: no colours, and of a line that is written over only the last state. */
export function plain(text) {
  return text.replace(/\x1b\[[0-9;?]*[@-~]/g, "").split("\n").map((line) => {
    let end = line.length;
    while (end > 0 && line[end - 1] === "\r") end--;
    return line.slice(line.lastIndexOf("\r", end - 1) + 1, end);
  }).join("\n");
}

export function say(text, bad = false) {
  said.className = bad ? "bad" : "";
  said.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { said.textContent = ""; }, bad ? 12000 : 5000);
}

export async function ask(path, options = {}) {
  const response = await fetch(path, options);
  if (!response.ok) {
    let detail = `${response.status}`;
    try { detail = (await response.json()).detail ?? detail; } catch { /* no words */ }
    throw Object.assign(new Error(detail), { status: response.status });
  }
  return response;
}

export const get = async (path) => (await ask(path)).json();
export const post = (path, body) => ask(path, { method: "POST", headers: { "X-Mutirao": "1" }, body }).then((r) => r.json());

/** Runs what a person asked for, and says what went wrong. */
export const act = (work) => async () => {
  try { await work(); } catch (e) { say(e.message, true); }
  dispatchEvent(new Event("acted"));
};

export const size = (bytes) => bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1048576).toFixed(1)} MiB`;
export const clock = (millis) => new Date(millis).toLocaleString(currentLanguage() === "pt" ? "pt-BR" : "en-GB");

export function lasted(seconds) {
  if (!Number.isFinite(seconds)) return "";
  const s = Math.max(0, Math.round(seconds));
  return s < 60 ? `${s} s` : s < 3600 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${Math.floor(s / 3600)} h ${Math.floor(s / 60) % 60} min`;
}

export function table(heads, rows, emptyText) {
  if (rows.length === 0) return el("p", { class: "quiet" }, emptyText);
  return el("table", {}, el("thead", {}, el("tr", {}, heads.map(([text, style]) => el("th", { scope: "col", class: style }, text)))),
    el("tbody", {}, rows));
}
