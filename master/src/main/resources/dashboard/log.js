// What a script prints, followed while it runs, with a search.
import { lines, shown, textOf } from "./ansi.js";
import { count, get, h, render } from "./parts.js";
import { word } from "./words.js";

/** What is kept of an output, in characters; its whole is in the result. */
const MOST = 400_000, KEPT = 300_000;
const MAX_FOUND = 2000;

function marked(text, wanted) {
  const parts = [], low = text.toLowerCase();
  let from = 0;
  for (let at = low.indexOf(wanted); at >= 0 && parts.length < 200; at = low.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), h("mark", {}, text.slice(at, at + wanted.length)));
    from = at + wanted.length;
  }
  return [...parts, text.slice(from)];
}

/** One of a task's two outputs, in a place of its own. */
export function log(root, id, stream) {
  let known = 0, printed = "", wanted = "", all = [], closed = false, pre = null;

  function draw() {
    const found = wanted ? all.map((line, index) => [index + 1, textOf(line)]).filter(([, text]) => text.toLowerCase().includes(wanted)) : null;
    const atEnd = !pre || pre.scrollTop + pre.clientHeight >= pre.scrollHeight - 20;
    render([
      h("div", { class: "tools" }, h("h3", {}, word(stream)), h("input", { type: "search", "aria-label": `${word("search")}: ${word(stream)}`, placeholder: word("search"),
        value: wanted, oninput: (event) => { wanted = event.target.value.toLowerCase(); draw(); } }),
      found ? h("span", { class: "quiet", role: "status" }, `${count(found.length)} ${word("linesFound")}`) : null),
      h("pre", { tabindex: 0, class: "log", "aria-label": word(stream), ref: (element) => { pre = element; } }, found
        ? found.slice(0, MAX_FOUND).map(([number, text]) => h("div", { key: number }, h("span", { class: "quiet" }, `${number}: `), marked(text, wanted)))
        : all.flatMap((line, index) => index ? ["\n", ...shown(line)] : shown(line))),
    ], root);
    if (atEnd && pre && !found) pre.scrollTop = pre.scrollHeight;
  }

  return {
    /** Of a long output that has ended, only the end is shown; also where a part of it was seen while it ran. */
    endsAt(bytes) {
      if (bytes - known <= MOST) return;
      if (printed) printed += "\n[…]\n";
      known = bytes - KEPT;
    },
    /** Reads what is new. */
    async follow() {
      let changed = !pre;
      for (let parts = 0; parts < 20 && !closed; parts++) {
        const part = await get(`/api/tasks/${id}/log?stream=${stream}&from=${known}`);
        if (part.from > known) printed += "\n[…]\n";
        if (!part.text) break;
        if (!printed && part.from > 0) printed = "[…]\n";
        printed += part.text;
        known = part.to;
        changed = true;
        if (printed.length > MOST) printed = `[…]\n${printed.slice(-KEPT)}`;
      }
      if (!changed || closed || (!printed && stream === "stderr")) return; // most scripts write no errors
      all = lines(printed);
      draw();
    },
    /** Another attempt prints afresh. */
    restart() { known = 0; printed = ""; all = []; if (pre) draw(); },
    close() { closed = true; render(null, root); },
  };
}
