// The first screen: all jobs, each a row with how far it is, how fast, and why tasks of it failed.
import { word } from "./words.js";
import { act, count, get, h, post, render, rootIn, say } from "./parts.js";
import { badge, bar, endedOf } from "./bars.js";
import { chips } from "./failures.js";
import { may } from "./me.js";
import { choice, field, list, pickedBar, picking } from "./lists.js";
import { here, keep } from "./route.js";
import { ago, decimal, millis } from "./times.js";

/** Not begun, and something is said of why. */
const waits = (job) => (job.state === "waiting" || job.state === "queued") && job.explanation;

const PAGE = 100, MOST = 500;
const STATES = ["waiting", "queued", "running", "succeeded", "failed", "cancelled"];

const link = (job) => h("a", { href: job.tasks > 1 ? `#/jobs/${job.job}` : `#/tasks/${job.job}`, title: job.name }, job.name);
const ended = (job) => endedOf(job.counts);
const took = (job) => job.ended_at ? job.ended_at - job.submitted_at : null;

/** Numbers that the rows are drawn by. */
const joined = (page) => {
  const figures = new Map(page.figures.map((each) => [each.job, each]));
  return page.jobs.map((job) => ({ ...job, runs: figures.get(job.job) ?? { failures: [], per_second: 0 } }));
};

const COLUMNS = () => [
  { key: "job", head: word("job"), style: "number id", cell: (job) => `j${job.job}`, sort: true },
  { key: "name", head: word("name"), style: "name", cell: link, sort: true },
  { key: "state", head: word("state"), style: "wide", cell: (job) => badge(job.state, "job"), sort: true },
  { key: "tasks", head: word("tasks"), style: "progress", sort: true,
    cell: (job) => [bar(job.counts), h("span", { class: "numbers" }, `${count(ended(job))} / ${count(job.tasks)}`)] },
  { key: "rate", head: word("rate"), style: "number wide", sort: true, cell: (job) => job.runs.per_second ? `${decimal(job.runs.per_second)}/s` : "" },
  { key: "left", head: word("leftOrTook"), style: "number", sort: true,
    cell: (job) => job.runs.left_ms ? `≈ ${millis(job.runs.left_ms)}` : took(job) ? h("span", { class: "quiet", title: word("tookAll") }, millis(took(job))) : "" },
  { key: "median", head: word("median"), style: "number wide", sort: true, cell: (job) => millis(job.runs.median_ms) },
  { key: "longest", head: word("longest"), style: "number wide", sort: true, cell: (job) => millis(job.runs.longest_ms) },
  { key: "why", head: word("failures"), style: "why wide", sort: true,
    cell: (job) => waits(job) ? h("span", { class: "quiet", title: job.explanation }, job.explanation) : chips(job.runs.failures) },
  { key: "since", head: word("submitted"), style: "when wide", sort: true, cell: (job) => ago(job.submitted_at) },
];

/** given: the newest jobs, if they came with the page. */
export function jobs(main, { folder }, given) {
  const root = rootIn(main), query = here().query;
  const filter = { state: query.get("state") ?? "", name: query.get("name") ?? "", sort: query.get("sort") ?? "", before: query.get("before") ?? "", skip: Number(query.get("skip") ?? 0) };
  const order = () => ({ by: filter.sort.replace(/^-/, ""), down: filter.sort.startsWith("-") });
  const picks = picking(draw);
  let page = null, limit = PAGE, asked = 0;

  const change = (more) => { Object.assign(filter, { before: "", skip: 0 }, more); keep(filter); return update(); };

  /** One after the other, and what came of all of them in one sentence. */
  const each = (what, query = "") => act(async () => {
    let good = 0;
    const bad = [];
    for (const id of picks.keys) {
      try { await post(`/api/jobs/${id}/${what}${query}`); good++; } catch (e) { bad.push(`j${id}: ${e.message}`); }
    }
    picks.clear();
    say([`${good} ${word("changedJobs")}`, ...bad.slice(0, 3), bad.length > 3 ? `+ ${bad.length - 3}` : ""].filter(Boolean).join("; "), bad.length > 0);
  });

  function draw() {
    if (!page) return;
    const isFiltered = filter.state || filter.name || filter.before || filter.skip;
    const button = (label, work) => h("button", { type: "button", onclick: work }, word(label));
    render([
      h("div", { class: "tools" }, h("h2", {}, word("jobs")), field(word("filter"), filter.name, (name) => change({ name })),
        choice(word("state"), filter.state, [["", word("allStates")], ...STATES.map((state) => [state, word(state)])], (state) => change({ state })),
        pickedBar(picks, null, false, button("cancel", each("cancel")), button("retryFailed", each("retry", "?only_failed=true")), button("forget", each("forget")))),
      list({ columns: COLUMNS(), rows: joined(page), keyOf: (job) => job.job, order: order(), picks: may("submit") ? picks : null, label: word("jobs"),
        onOrder: ({ by, down }) => change({ sort: by ? `${down ? "-" : ""}${by}` : "" }),
        empty: isFiltered ? word("none") : [word("noJobs"), " ", h("code", {}, folder())] }),
      h("div", { class: "tools" }, filter.before ? button("newest", () => change({})) : filter.skip ? button("firstPage", () => change({})) : null,
        page.more && filter.sort ? button("nextPage", () => change({ skip: filter.skip + page.jobs.length })) : page.more ? button("olderJobs", () => { if (limit < MOST) { limit = Math.min(MOST, limit * 2); return update(); } return change({ before: page.jobs.at(-1).job }); }) : null),
    ], root);
  }

  async function update() {
    const mine = ++asked;
    const query = new URLSearchParams({ limit });
    for (const key of ["state", "name", ...filter.sort ? ["sort", "skip"] : ["before"]]) if (filter[key]) query.set(key, filter[key]);
    let found;
    try { found = await get(`/api/jobs?${query}`); } catch (e) { return say(e.message, true); }
    if (mine !== asked) return; // an older answer that came late
    page = found;
    draw();
  }
  const isFirst = given && !filter.state && !filter.name && !filter.before && !filter.sort;
  if (isFirst) { page = given; draw(); }
  return { first: isFirst ? null : update(), update, close() { render(null, root); } };
}

