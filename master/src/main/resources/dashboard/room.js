// The room: a tile for each worker, and for those that left.
import { count, get, h, post, render, rootIn, say, act, size } from "./parts.js";
import { field } from "./lists.js";
import { may } from "./me.js";
import { menu } from "./menu.js";
import { here, keep } from "./route.js";
import { ago, now } from "./times.js";
import { word } from "./words.js";

const SHOWN = 3, MAX_BLOCKS = 64, SYSTEMS = { linux: "Linux", macos: "macOS", windows: "Windows" };

const nameOf = (worker) => worker.name || worker.id.slice(0, 8);
const byName = (a, b) => nameOf(a).localeCompare(nameOf(b), undefined, { numeric: true }) || a.id.localeCompare(b.id, undefined, { numeric: true });
const success = (worker) => worker.delivered + worker.lost ? Math.round(100 * worker.delivered / (worker.delivered + worker.lost)) : null;

/** A block for each slot; the busy ones are full. */
const blocks = (worker) => h("span", { class: "slots", role: "img", "aria-label": `${worker.holding.length} / ${worker.slots} ${word("slotsBusy")}` },
  Array.from({ length: Math.min(MAX_BLOCKS, Math.max(worker.slots, worker.holding.length)) }, (none, index) => h("i", { key: index, class: index < worker.holding.length ? "busy" : "" })));

const tagsOf = (worker) => worker.facts?.tags ?? [];

/** What the worker told of its machine. Those of other groups, and old ones, tell nothing. */
function machine({ facts, slots }) {
  if (!facts) return null;
  const system = SYSTEMS[facts.system] ?? facts.system, python = facts.pythons[0] ?? "", gib = facts.memory / 2 ** 30;
  const memory = gib >= 8 ? `${Math.round(gib)} GiB` : facts.memory ? size(facts.memory) : "", most = facts.limits?.max_memory;
  const details = [`${system} ${facts.machine}`, facts.pythons.length ? `Python ${facts.pythons.join(", ")}` : "", facts.disk ? `${word("freeDisk")} ${size(facts.disk)}` : "",
    facts.gpus.join(", "), facts.tags.join(", "), facts.without_network ? word("withoutNetwork") : "", facts.limits?.usual_memory ? `${word("forATask")} ${size(facts.limits.usual_memory)}` : ""].filter(Boolean).join(" · ");
  return h("div", { class: "facts machine quiet", title: details }, h("span", {}, [system, python && `py${python.split(".").slice(0, 2).join(".")}`].filter(Boolean).join(" ")),
    h("span", {}, [facts.cores && facts.cores !== slots ? `${count(facts.cores)} ${word("cores")}` : "", most ? `≤ ${size(most)} / ${memory}` : memory].filter(Boolean).join(" ")));
}

/** What its system can't hold a task to. */
function notEnforced({ facts }) {
  const words = facts?.limits?.not_enforced ?? [];
  return words.length ? h("p", { class: "unenforced quiet" }, `${word("notEnforced")}: ${words.map((each) => word(`limit_${each}`).replace(/^limit_/, "")).join(", ")}`) : null;
}

const marks = ({ facts }) => facts ? [...facts.tags.map((tag) => `#${tag}`), facts.gpus.length ? `${count(facts.gpus.length)} GPU` : ""].filter(Boolean).join(" ") : "";

function tile({ worker, tasks }, double) {
  const change = (what) => h("button", { type: "button", onclick: act(() => post(`/api/workers/${encodeURIComponent(worker.id)}/${what}`)) }, word(what));
  const quality = success(worker), name = nameOf(worker);
  return h("li", { key: worker.id, class: `tile ${worker.aside ? "aside" : ""}` },
    h("div", { class: "who" }, h("a", { href: `#/tasks?worker=${encodeURIComponent(worker.id)}`, title: `${name} ${worker.id} ${worker.address}` }, name),
      double ? h("code", { title: worker.id }, worker.id.slice(0, 6)) : null, h("span", { class: "number quiet" }, `${worker.holding.length}/${worker.slots}`),
      may("operate") ? menu("⋯", `${word("actions")}: ${name}`, worker.aside ? change("resume") : [change("drain"), change("aside")], change("forget")) : null),
    blocks(worker),
    h("ul", { class: "runs" }, tasks.slice(0, SHOWN).map((task) => h("li", { key: task.id }, h("a", { href: `#/tasks/${task.id}`, title: task.name }, task.name))),
      tasks.length > SHOWN ? h("li", { class: "quiet" }, `+ ${tasks.length - SHOWN}`) : null,
      worker.aside ? h("li", { class: "failed" }, worker.aside) : tasks.length ? null : h("li", { class: "quiet" }, word("idle"))),
    machine(worker),
    notEnforced(worker),
    h("div", { class: "facts quiet" }, h("span", { title: `${word("delivered")} ${worker.delivered}, ${word("lostCount")} ${worker.lost}` }, `✓ ${count(worker.delivered)}`,
      quality === null || quality === 100 ? "" : ` · ${quality} %`), h("span", { class: "marks", title: marks(worker) }, worker.kind === "ours" ? marks(worker) : `${worker.kind} ${worker.dialect}`,
      worker.without_key ? h("span", { class: "failed" }, ` ${word("noKey")}`) : "", worker.limit ? ` ≤ ${size(worker.limit)}` : ""), h("span", { title: word("heard") }, ago(now() - worker.silent_ms))));
}

const goneTile = (gone, double) => h("li", { key: gone.id, class: "tile gone" }, h("div", { class: "who" }, h("span", { title: gone.id }, nameOf(gone)),
  double ? h("code", { title: gone.id }, gone.id.slice(0, 6)) : null,
  may("operate") ? menu("⋯", `${word("actions")}: ${nameOf(gone)}`, h("button", { type: "button", onclick: act(() => post(`/api/room/${encodeURIComponent(gone.id)}/forget`)) }, word("forget"))) : null),
h("p", { class: "quiet" }, word("goneSince"), " ", ago(gone.at)));

export function room(main) {
  const root = rootIn(main), filter = { name: here().query.get("name") ?? "", tag: here().query.get("tag") ?? "" };
  let found = null, asked = 0;

  function draw() {
    if (!found) return;
    const matches = (each) => `${nameOf(each)} ${each.id}`.toLowerCase().includes(filter.name.toLowerCase());
    const tags = [...new Set([...found.workers.flatMap(({ worker }) => tagsOf(worker)), filter.tag])].filter(Boolean).sort();
    const workers = found.workers.filter(({ worker }) => matches(worker) && (!filter.tag || tagsOf(worker).includes(filter.tag))).sort((a, b) => byName(a.worker, b.worker));
    const gone = found.gone.filter((each) => matches(each) && !filter.tag).sort(byName);
    const names = [...found.workers.map(({ worker }) => nameOf(worker)), ...found.gone.map(nameOf)];
    const double = (each) => names.filter((name) => name === nameOf(each)).length > 1;
    render([
      h("div", { class: "tools" }, h("h2", {}, word("room")), field(word("byWorker"), filter.name, (name) => { filter.name = name; keep(filter); draw(); }),
        tags.length ? h("select", { "aria-label": word("byTag"), value: filter.tag, onchange: (event) => { filter.tag = event.target.value; keep(filter); draw(); } },
          h("option", { value: "" }, word("allTags")), tags.map((tag) => h("option", { key: tag, value: tag }, `#${tag}`))) : null,
        h("span", { class: "quiet" }, `${count(workers.length)} ${word("workers")}${gone.length ? `, ${count(gone.length)} ${word("goneCount")}` : ""}`)),
      workers.length + gone.length ? h("ul", { class: "room" }, workers.map((each) => tile(each, double(each.worker))), gone.map((each) => goneTile(each, double(each))))
        : h("p", { class: "quiet nothing" }, found.workers.length ? word("none") : word("emptyWorkers")),
    ], root);
  }

  async function update() {
    const mine = ++asked;
    let room;
    try { room = await get("/api/room"); } catch (e) { return say(e.message, true); }
    if (mine !== asked) return;
    found = room;
    draw();
  }
  const timer = setInterval(update, 5000); // how long ago something was heard grows without an event
  return { first: update(), update, close() { asked++; clearInterval(timer); render(null, root); } };
}
