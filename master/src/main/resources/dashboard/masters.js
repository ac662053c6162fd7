// Who leads, for how long it may be trusted, who is a guest, and how the clocks stand.
import { get, h, render, rootIn, say } from "./parts.js";
import { list } from "./lists.js";
import { lasted } from "./times.js";
import { word } from "./words.js";

const micros = (value) => `${(value / 1000).toFixed(1)} ms`;
const known = (value) => value < 0 ? "?" : value;

const MASTERS = () => [
  { key: "name", head: word("name"), cell: (each) => each.id },
  { key: "address", head: word("address"), cell: (each) => each.address },
  { key: "role", head: word("role"), cell: (each) => each.role },
  { key: "priority", head: word("priority"), style: "number", cell: (each) => each.priority },
  { key: "rank", head: word("rank"), style: "number", cell: (each) => each.rank || "" },
  { key: "behind", head: word("behind"), style: "number", cell: (each) => known(each.behind) },
  { key: "missing", head: word("missing"), style: "number", cell: (each) => known(each.missing) },
  { key: "note", head: word("note"), cell: (each) => each.problem ?? "" },
];

/** Application clocks: how far from the leader's, how sure that is, and how far from the machine's own. */
const CLOCKS = () => [
  { key: "name", head: word("name"), cell: (each) => each.name },
  { key: "rank", head: word("rank"), style: "number", cell: (each) => each.rank ?? "" },
  { key: "state", head: word("state"), style: "wide", cell: (each) => each.state },
  { key: "heard", head: word("heard"), style: "wide number", cell: (each) => each.silent_ms < 0 ? "?" : `${lasted(each.silent_ms / 1000)} ${word("ago")}` },
  { key: "ahead", head: word("fromLeader"), style: "number", cell: (each) => each.clock ? micros(each.clock.ahead_us) : "" },
  { key: "error", head: word("error"), style: "number", cell: (each) => each.clock ? `± ${micros(each.clock.error_us)}` : "" },
  { key: "offset", head: word("fromMachine"), style: "number", cell: (each) => each.clock ? micros(each.clock.offset_us) : "" },
  { key: "note", head: word("note"), cell: (each) => !each.clock ? word("unknownClock") : each.clock.counted ? "" : word("notCounted") },
];

export function masters(main, { isAlone }) {
  const root = rootIn(main);
  let closed = false;

  async function update() {
    try {
      const servers = (await get("/api/servers")).servers;
      const group = isAlone() ? null : (await get("/api/masters")).group;
      if (closed) return;
      const guests = (group?.guests ?? []).map((guest) => ({ ...guest, role: word("guest"), behind: "", missing: "" }));
      render([
        h("h2", {}, word("masters")),
        h("p", { class: "quiet" }, group ? `${word("group")} ${group.group}, ${group.election}, ${word("term")} ${group.term}. ${word("spare")}: ${group.spare}. ${group.note ?? ""}`
          : word("aloneMaster")),
        group ? h("div", { class: "panel" }, list({ columns: MASTERS(), rows: [...group.masters, ...guests], keyOf: (each) => `${each.id} ${each.address}`, label: word("masters"), empty: word("none") })) : null,
        h("h2", {}, word("clocks")),
        h("div", { class: "panel" }, list({ columns: CLOCKS(), rows: servers, keyOf: (each) => `${each.kind} ${each.id}`, label: word("clocks"), empty: word("none") })),
      ], root);
    } catch (e) { say(e.message, true); }
  }
  const timer = setInterval(update, 5000); // how long ago something was heard grows without an event
  return { first: update(), update, close() { closed = true; clearInterval(timer); render(null, root); } };
}
