// What was not accepted, with the reason.
import { get, h, render, rootIn, say } from "./parts.js";
import { list } from "./lists.js";
import { ago } from "./times.js";
import { word } from "./words.js";

const COLUMNS = () => [
  { key: "name", head: word("name"), style: "name", cell: (each) => each.name },
  { key: "when", head: word("when"), style: "when", cell: (each) => ago(each.at) },
  { key: "note", head: word("reason"), style: "long", cell: (each) => each.reason },
];

export function rejected(main) {
  const root = rootIn(main);
  let closed = false;

  async function update() {
    try {
      const found = (await get("/api/rejected")).sort((a, b) => b.at - a.at);
      if (!closed) render([h("h2", {}, word("rejected")), list({ columns: COLUMNS(), rows: found, keyOf: (each) => `${each.name} ${each.at}`, label: word("rejected"), empty: word("noRejected") })], root);
    } catch (e) { say(e.message, true); }
  }
  const timer = setInterval(update, 5000); // no event tells of what was refused
  return { first: update(), update, close() { closed = true; clearInterval(timer); render(null, root); } };
}
