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

/** For each column in which nearly all cells are numbers. */
export function histograms(heads, rows, isAll) {
  const found = heads.slice(0, MAX_COLUMNS).map((head, column) => {
    const cells = rows.map((row) => row[column] ?? "").filter((cell) => cell !== "");
    const values = cells.filter(isNumber).map(Number);
    return values.length > 1 && values.length >= cells.length * 0.95 ? histogram(head, values) : null;
  }).filter(Boolean).slice(0, MAX_HISTOGRAMS);
  return found.length ? [h("div", { class: "histograms" }, found),
    isAll ? null : h("p", { class: "quiet" }, `${word("firstRows")}: ${count(rows.length)}`)] : null;
}
