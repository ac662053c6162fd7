// Times as people read them: how long ago by the master's clock, the exact one on hover, and durations.
import { h } from "./preact.js";
import { currentLanguage } from "./words.js";

/** How far the master's clock is ahead of this machine's, in milliseconds; a browser's clock may be an hour off. */
let ahead = 0;

export function noteServerTime(date) {
  const server = typeof date === "number" ? date : Date.parse(date ?? "");
  if (!Number.isFinite(server)) return;
  const found = server - Date.now();
  if (Math.abs(found - ahead) > 2000) ahead = found; // the header has whole seconds
}

export const now = () => Date.now() + ahead;
const locale = () => currentLanguage() === "pt" ? "pt-BR" : "en-GB";
export const clock = (millis) => new Date(millis).toLocaleString(locale());

const STEPS = [["second", 60], ["minute", 60], ["hour", 24], ["day", 365], ["year", Infinity]];

function agoText(millis) {
  let value = Math.max(0, Math.round((now() - millis) / 1000));
  for (const [unit, size] of STEPS) {
    if (value < size) return new Intl.RelativeTimeFormat(locale(), { numeric: "auto", style: "short" }).format(-value, unit);
    value = Math.floor(value / size);
  }
  return "";
}

/** A moment: how long ago, and when exactly. */
export const ago = (millis) => h("time", { datetime: new Date(millis).toISOString(), title: clock(millis) }, agoText(millis));

/** A number with one digit behind the point, or comma. */
export const decimal = (value) => value.toLocaleString(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** A duration in the two units that matter. */
export function lasted(seconds) {
  if (!Number.isFinite(seconds)) return "";
  const s = Math.max(0, seconds);
  if (s < 0.0995) return `${Math.round(s * 1000)} ms`;
  if (s < 9.95) return `${decimal(s)} s`;
  const r = Math.round(s);
  if (r < 60) return `${r} s`;
  if (r < 600) return `${Math.floor(r / 60)} min ${r % 60} s`;
  if (r < 3600) return `${Math.round(r / 60)} min`;
  if (r < 86400) return `${Math.floor(r / 3600)} h ${Math.floor(r / 60) % 60} min`;
  return `${Math.floor(r / 86400)} d ${Math.floor(r / 3600) % 24} h`;
}

export const millis = (ms) => ms === null || ms === undefined ? "" : lasted(ms / 1000);
