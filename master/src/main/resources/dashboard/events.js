// What happened lately, the newest first.
import { get, h, render, rootIn, say } from "./parts.js";
import { choice, field, list } from "./lists.js";
import { here, keep } from "./route.js";
import { ago } from "./times.js";
import { word } from "./words.js";

const LATEST = 300;
const KINDS = ["task", "job", "worker", "lost", "master"];
const link = (event) => event.task ? `#/tasks/${event.task}` : event.job ? `#/jobs/${event.job}` : null;

const COLUMNS = () => [
  { key: "when", head: word("when"), style: "when", cell: (each) => ago(each.at) },
  { key: "what", head: word("what"), style: "long", cell: (each) => link(each) ? h("a", { href: link(each) }, each.text) : each.text },
];

export function events(main) {
  const root = rootIn(main), query = here().query, filter = { kind: query.get("kind") ?? "", text: query.get("text") ?? "" };
  let found = [], closed = false;

  const change = (more) => { Object.assign(filter, more); keep(filter); draw(); };

  function draw() {
    const shown = found.filter((each) => (!filter.kind || each.kind === filter.kind) && each.text.toLowerCase().includes(filter.text.toLowerCase()));
    render([
      h("div", { class: "tools" }, h("h2", {}, word("events")), field(word("search"), filter.text, (text) => change({ text })),
        choice(word("kind"), filter.kind, [["", word("all")], ...KINDS.map((kind) => [kind, word(`kind_${kind}`)])], (kind) => change({ kind }))),
      list({ columns: COLUMNS(), rows: shown, keyOf: (each) => each.id, label: word("events"), empty: word("none") }),
    ], root);
  }

  async function update() {
    try {
      const read = (await get("/api/events")).reverse().slice(0, LATEST);
      if (closed) return;
      found = read;
      draw();
    } catch (e) { say(e.message, true); }
  }
  return { first: update(), update, close() { closed = true; render(null, root); } };
}
