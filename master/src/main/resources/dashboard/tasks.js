// Lists of tasks, of the whole grid or of one job, with what can be done to many of them.
import { word } from "./words.js";
import { act, get, h, post, render, rootIn, say } from "./parts.js";
import { badge, isDoubtful, STATES } from "./bars.js";
import { brief } from "./failures.js";
import { may } from "./me.js";
import { choice, field, list, pickedBar, picking } from "./lists.js";
import { here, keep } from "./route.js";
import { ago, millis, now } from "./times.js";

const PAGE = 100;

const waited = (task) => task.times.waited_ms ?? (task.status === "queued" ? Math.max(0, now() - task.submitted_at) : null);
const took = (task) => task.times.ran_ms ?? (task.status === "running" && task.times.leased_at ? Math.max(0, now() - task.times.leased_at) : null);
const nameOf = (task, isOfJob) => isOfJob ? task.input ?? task.name : task.name;

const columns = (isOfJob) => [
  { key: "id", head: isOfJob ? "#" : "Id", style: "number id", cell: (task) => isOfJob ? task.index ?? 1 : task.id, sort: true },
  { key: "name", head: word(isOfJob ? "input" : "name"), style: "name", sort: true,
    cell: (task) => h("a", { href: `#/tasks/${task.id}`, title: nameOf(task, isOfJob) }, nameOf(task, isOfJob)) },
  { key: "state", head: word("state"), cell: (task) => badge(task.status), sort: true },
  { key: "waited", head: word("waited"), style: "number wide", cell: (task) => millis(waited(task)), sort: true },
  { key: "took", head: word("took"), style: "number", cell: (task) => millis(took(task)), sort: true },
  { key: "worker", head: word("worker"), style: "wide worker", cell: (task) => task.worker ?? "", sort: true },
  { key: "attempts", head: word("attempts"), style: "number wide", cell: (task) => task.attempts || "", sort: true },
  { key: "note", head: word("reason"), style: "why", sort: true,
    cell: (task) => task.check && isDoubtful(task.check) ? h("span", { class: "failed", title: task.check.text }, brief(task.check.text)) : task.status === "succeeded" ? "" : h("span", { title: task.explanation ?? "" }, brief(task.explanation ?? "")) },
  { key: "since", head: word("since"), style: "when wide", cell: (task) => ago(task.since), sort: true },
  { key: "result", head: word("result"), style: "wide", cell: (task) => task.result
    ? h("a", { href: `/api/tasks/${task.id}/result`, "aria-label": `${word("download")}: ${nameOf(task, isOfJob)}` }, "↓") : "" },
];

/**
 * A list of tasks in a place of its own; its filter stands in the address.
 * counts: how many there are in each state, as bars.js has them. job: the number of the one that they are of, or empty.
 */
export function taskList(root, job, counts) {
  const query = here().query;
  const filter = { state: query.get("state") ?? "", name: query.get("name") ?? "", worker: query.get("worker") ?? "", sort: query.get("sort") ?? "",
    before: query.get("before") ?? "", skip: Number(query.get("skip") ?? 0) };
  const picks = picking(draw);
  let page = null, asked = 0;

  const change = (more) => { Object.assign(filter, { before: "", skip: 0 }, more); picks.clear(); keep(filter); return update(); };

  function matching() {
    const search = new URLSearchParams();
    if (filter.state) search.set("state", filter.state);
    if (filter.name) search.set("name", filter.name);
    if (filter.worker) search.set("worker", filter.worker);
    if (job) search.set("job", job);
    return search;
  }

  /** How many match, if no text is looked for. */
  function total() {
    if (filter.name || filter.worker) return null;
    const now = counts();
    return filter.state ? now[filter.state] : Object.values(now).reduce((a, b) => a + b, 0);
  }

  const changeAll = (what) => act(async () => {
    const all = picks.beyond;
    const reply = await post(`/api/tasks/${what}?${all ? matching() : ""}`, all ? undefined : JSON.stringify({ ids: picks.keys }));
    say(reply.text);
    picks.clear();
    return update();
  });

  function draw() {
    if (!page) return;
    const button = (label, work) => h("button", { type: "button", onclick: work }, word(label));
    render([
      h("div", { class: "tools" }, h("h2", {}, word("tasks")), field(word("filter"), filter.name, (name) => change({ name })),
        field(word("byWorker"), filter.worker, (worker) => change({ worker })),
        choice(word("state"), filter.state, [["", word("allStates")], ...STATES.map((state) => [state, word(state)])], (state) => change({ state })),
        pickedBar(picks, total(), true, button("cancel", changeAll("cancel")), button("retry", changeAll("retry")))),
      list({ columns: columns(Boolean(job)), rows: page, keyOf: (task) => task.id, order: { by: filter.sort.replace(/^-/, ""), down: filter.sort.startsWith("-") },
        onOrder: ({ by, down }) => change({ sort: by ? `${down ? "-" : ""}${by}` : "" }), picks: may("submit") ? picks : null, label: word("tasks"), empty: word("none") }),
      h("div", { class: "tools" }, filter.before ? button("newest", () => change({})) : filter.skip ? button("firstPage", () => change({})) : null,
        page.more ? button(filter.sort ? "nextPage" : "older", () => change(filter.sort ? { skip: filter.skip + page.length } : { before: page.at(-1).id })) : null),
    ], root);
  }

  async function update() {
    const mine = ++asked;
    const search = matching();
    search.set("limit", PAGE);
    for (const key of filter.sort ? ["sort", "skip"] : ["before"]) if (filter[key]) search.set(key, filter[key]);
    let found;
    try { found = await get(`/api/tasks?${search}`); } catch (e) { return say(e.message, true); }
    if (mine !== asked) return; // an older answer that came late
    page = found.tasks.map((task, index) => ({ ...task, times: found.times[index] }));
    page.more = found.more;
    draw();
  }
  return { first: update(), update, close() { asked++; render(null, root); } };
}

/** The tasks of all jobs. */
export const tasks = (main, { counts }) => taskList(rootIn(main), "", counts);
