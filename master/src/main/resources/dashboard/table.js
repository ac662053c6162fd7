// Tables as people see them: CSV by PapaParse, in a box that scrolls and closes, with a histogram for each column of numbers.
import { count, h } from "./parts.js";
import { histogram, script } from "./plot.js";
import { word } from "./words.js";

const MAX_COLUMNS = 60, MAX_CELL = 300, MAX_HISTOGRAMS = 12;
let loading = null;

/** Rows of cells. What is left of a torn row at the end stays a row. */
export async function parse(text) {
  loading ??= script("papaparse.js");
  await loading;
  return window.Papa.parse(text.replace(/^\uFEFF/, ""), { skipEmptyLines: true }).data;
}

const cut = (cell) => cell.length > MAX_CELL ? `${cell.slice(0, MAX_CELL)}…` : cell;
const isNumber = (cell) => cell !== "" && Number.isFinite(Number(cell));

/** A table with its first row as heads. */
export function csvTable(heads, rows, label) {
  const few = heads.slice(0, MAX_COLUMNS);
  const numeric = few.map((head, column) => rows.length > 0 && rows.every((row) => isNumber(row[column] ?? "")));
  return h("div", { class: "scroll sheet", tabindex: 0, role: "region", "aria-label": label }, h("table", {}, h("thead", {}, h("tr", {},
    few.map((head, column) => h("th", { scope: "col", class: numeric[column] ? "number" : "" }, head)))),
  h("tbody", {}, rows.map((row, index) => h("tr", { key: index }, few.map((head, column) =>
    h("td", { class: numeric[column] ? "number" : "" }, cut(row[column] ?? ""))))))));
}

/** For each column of numbers, of the whole table as far as the master has looked at it. */
export function histograms({ ended, rows, columns }) {
  const found = columns.slice(0, MAX_HISTOGRAMS).map(histogram);
  return found.length ? [h("div", { class: "histograms" }, found),
    ended ? null : h("p", { class: "quiet", role: "status" }, word("firstRows", { rows: count(rows) }))] : null;
}
