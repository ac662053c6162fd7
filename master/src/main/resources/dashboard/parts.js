// What all views use: elements, requests, what is said to a person, sizes.
import { h, render } from "./preact.js";
import { word } from "./words.js";
import { noteServerTime } from "./times.js";

export { h, render };

const said = document.getElementById("said");

/** A view's place in the page, which only Preact changes: what a person clicks or focuses stays where it is while numbers change. */
export function rootIn(main) {
  const root = document.createElement("div");
  main.replaceChildren(root);
  return root;
}

export function say(text, bad = false) {
  said.className = bad ? "bad" : "";
  said.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { said.textContent = ""; }, bad ? 12000 : 5000);
}

export async function ask(path, options = {}) {
  let response;
  try { response = await fetch(path, options); } catch { throw new Error(word("noAnswer")); }
  noteServerTime(response.headers.get("Date"));
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
export const act = (work) => async (event) => {
  try { await work(event); } catch (e) { say(e.message, true); }
  dispatchEvent(new Event("acted"));
};

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

export function size(bytes) {
  let value = bytes, unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) { value /= 1024; unit++; }
  return `${unit ? value.toFixed(1) : value} ${UNITS[unit]}`;
}

/** A number with separators between thousands. */
export const count = (number) => number.toLocaleString(document.documentElement.lang || "en");

/** A button; what it does may wait for the master. */
export const button = (label, work, more = {}) => h("button", { type: "button", onclick: act(work), ...more }, label);
