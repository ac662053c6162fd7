// Lists: columns by which the master sorts all of it, and rows that can be picked one by one, in a row, or all.
import { count, h } from "./parts.js";
import { word } from "./words.js";

/**
 * A table. A column: { key, head, style, cell(row), sort }; without sort its head is no button.
 * order: { by, down }, changed by a click on a head.
 */
export function list({ columns, rows, keyOf, order, onOrder, picks, empty, label }) {
  if (!rows.length) return h("p", { class: "quiet nothing" }, empty);
  picks?.see(rows.map(keyOf));
  return h("div", { class: "scroll" }, h("table", { "aria-label": label }, h("thead", {}, h("tr", {}, picks ? h("th", { class: "pick" }, picks.all()) : null,
    columns.map((each) => head(each, order, onOrder)))), h("tbody", {}, rows.map((row) =>
    h("tr", { key: keyOf(row), class: picks?.has(keyOf(row)) ? "picked" : "" }, picks ? h("td", { class: "pick" }, picks.one(keyOf(row), row.name ?? row.input)) : null,
      columns.map((each) => h("td", { key: each.key, class: each.style }, each.cell(row))))))));
}

function head(column, order, onOrder) {
  if (!column.sort || !onOrder) return h("th", { scope: "col", class: column.style }, column.head);
  const isIt = order?.by === column.key;
  const next = isIt && order.down ? { by: "", down: false } : { by: column.key, down: isIt };
  return h("th", { scope: "col", class: column.style, "aria-sort": isIt ? (order.down ? "descending" : "ascending") : "none" },
    h("button", { type: "button", class: "head", title: word("sort"), onclick: () => onOrder(next) }, column.head, isIt ? (order.down ? " ↓" : " ↑") : ""));
}

/** What a person picked. Kept while the list is drawn anew; "beyond" is all that the filter lets through. */
export function picking(changed) {
  const picked = new Set();
  let seen = [], last = null, beyond = false;
  const set = (key, on) => { if (on) picked.add(key); else picked.delete(key); };
  return {
    see(keys) { seen = keys; },
    has: (key) => beyond || picked.has(key),
    get size() { return picked.size; },
    get beyond() { return beyond; },
    get keys() { return [...picked]; },
    get isPage() { return seen.length > 0 && seen.every((key) => picked.has(key)); },
    everything() { beyond = true; changed(); },
    clear() { picked.clear(); beyond = false; last = null; changed(); },
    all() {
      const on = seen.length > 0 && seen.every((key) => picked.has(key));
      return h("input", { type: "checkbox", "aria-label": word("pickAll"), checked: on || beyond, onclick: () => {
        beyond = false;
        for (const key of seen) set(key, !on);
        changed();
      } });
    },
    one(key, name) {
      return h("input", { type: "checkbox", "aria-label": `${word("pick")}: ${name}`, checked: beyond || picked.has(key), onclick: (event) => {
        const on = event.target.checked, from = seen.indexOf(last), to = seen.indexOf(key);
        if (beyond) { beyond = false; for (const each of seen) picked.add(each); }
        if (event.shiftKey && from >= 0) for (const each of seen.slice(Math.min(from, to), Math.max(from, to) + 1)) set(each, on);
        set(key, on);
        last = key;
        changed();
      } });
    },
  };
}

/** What is picked, and what can be done with it. Nothing is there while nothing is picked. total: how many match, if that is known. */
export function pickedBar(picks, total, mayAll, ...buttons) {
  if (!picks.size && !picks.beyond) return null;
  const number = picks.beyond ? (total === null ? word("allMatching") : count(total)) : count(picks.size);
  const beyond = mayAll && picks.isPage && !picks.beyond && (total === null || total > picks.size)
    ? h("button", { type: "button", onclick: () => picks.everything() }, total === null ? word("pickMatching") : `${word("pickMatching")} (${count(total)})`) : null;
  return h("div", { class: "picked", role: "status" }, h("b", {}, number), ` ${word("selected")} `, beyond, buttons,
    h("button", { type: "button", onclick: () => picks.clear() }, word("pickNone")));
}

/** A field of a filter. */
export const field = (label, value, changed, more = {}) => h("input", { type: "search", value, placeholder: label, "aria-label": label,
  oninput: (event) => changed(event.target.value), ...more });

export const choice = (label, value, options, changed) => h("select", { "aria-label": label, value, onchange: (event) => changed(event.target.value) },
  options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)));
