// The tables that were put together of a job's results, page by page.
import { button, count, get, h, render, say, size } from "./parts.js";
import { csvTable, histograms, parse } from "./table.js";
import { word } from "./words.js";

/** So many rows a page; a part of a file from the master has more. */
const ROWS = 100;

const isTable = (name) => /\.[ct]sv$/.test(name);

export function tables(root, job) {
  let files = null, name = "", text = "", closed = false;
  let heads = [], rows = [], part = null, row = 0, before = [], columns = null;

  /** How the numbers of all its rows are spread, as the master comes along with it. */
  async function look(file) {
    do {
      const found = await get(`/api/jobs/${job}/merged/columns?name=${encodeURIComponent(file)}`);
      if (closed || name !== file) return;
      columns = found;
      draw();
    } while (!columns.ended);
  }

  async function open(file) {
    name = file;
    heads = []; rows = []; before = []; row = 0; columns = null;
    await load(0);
    if (isTable(file)) look(file).catch((e) => say(e.message, true));
  }

  /** Reads a part of the file from some byte on. */
  async function load(from) {
    part = await get(`/api/jobs/${job}/merged/page?name=${encodeURIComponent(name)}&from=${from}`);
    if (isTable(name)) {
      const read = await parse(part.text);
      if (from === 0) heads = read.shift() ?? [];
      rows = read;
    } else text = part.text;
    draw();
  }

  const more = () => part && (row + ROWS < rows.length || part.to < part.bytes);

  async function next() {
    if (row + ROWS < rows.length) { row += ROWS; return draw(); }
    before.push(part.from);
    row = 0;
    return load(part.to);
  }

  async function previous() {
    if (row > 0) { row = Math.max(0, row - ROWS); return draw(); }
    await load(before.pop());
    row = Math.max(0, Math.floor((rows.length - 1) / ROWS) * ROWS);
    return draw();
  }

  function draw() {
    if (closed || !files) return;
    if (!files.length) return render(h("p", { class: "quiet nothing" }, word("noTables")), root);
    const isCsv = isTable(name);
    render([
      h("div", { class: "tools" }, files.map((file) => h("button", { type: "button", key: file.name, "aria-pressed": file.name === name ? "true" : "false",
        onclick: () => open(file.name).catch((e) => say(e.message, true)) }, file.name, h("span", { class: "quiet" }, ` ${size(file.bytes)}`)))),
      isCsv && columns ? histograms(columns) : null,
      part && isCsv ? csvTable(heads, rows.slice(row, row + ROWS), name) : part ? h("pre", { tabindex: 0, "aria-label": name }, text) : null,
      part ? h("div", { class: "tools" }, before.length || row ? button(word("previous"), previous) : null, more() ? button(word("next"), next) : null,
        isCsv ? h("span", { class: "quiet" }, word("rowsShown", { from: count(row + 1), to: count(Math.min(row + ROWS, rows.length)), read: count(rows.length),
          percent: Math.round(100 * part.to / Math.max(1, part.bytes)) }), columns?.ended ? ` · ${word("rowsInAll", { rows: count(columns.rows) })}` : "") : null) : null,
    ], root);
  }

  async function read() {
    try {
      files = await get(`/api/jobs/${job}/merged`);
      const first = files.find((file) => isTable(file.name)) ?? files[0];
      if (first && !name) await open(first.name); else draw();
    } catch (e) { say(e.message, true); }
  }
  /** A file that was put together anew is read anew, unless a person has gone on in it. */
  async function readAgain() {
    const version = () => files?.filter((file) => file.name === name).map((file) => `${file.bytes} ${file.changed_at}`)[0], known = version();
    await read();
    if (known !== undefined && version() !== known && part?.from === 0 && !row) await open(name);
  }
  return { first: read(), update: readAgain, close() { closed = true; render(null, root); } };
}
