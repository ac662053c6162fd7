// The list of jobs, and one job with its tasks.
import { word } from "./words.js";
import { act, clock, el, get, lasted, post, say, show, table } from "./parts.js";

const PAGE = 50;
const STATES = ["waiting", "queued", "running", "succeeded", "failed", "cancelled"];
/** The colours are those of a task's states. */
const COLOURS = { waiting: "queued", queued: "queued", running: "leased", succeeded: "done", failed: "failed", cancelled: "cancelled" };

const stateOf = (job) => el("span", { class: `state ${COLOURS[job.state]}` }, word(`job_${job.state}`));
const jobLink = (job) => el("a", { href: job.tasks > 1 ? `#/job/${job.job}` : `#/task/${job.job}` }, job.name);
const labelOf = (task) => task.state === "done" && !task.success ? "unsuccessful" : task.state;
const withoutSuccess = (job) => job.unsuccessful + job.failed + job.cancelled;
const hasEnded = (job) => ["succeeded", "failed", "cancelled"].includes(job.state);

/** All jobs, each a row. */
export function jobs(main) {
  const filter = { state: "", name: "", before: "" };
  const list = el("div", { class: "panel" });
  const states = el("select", { onchange: (event) => { filter.state = event.target.value; filter.before = ""; update(); } },
    el("option", { value: "" }, word("all")), STATES.map((state) => el("option", { value: state }, word(`job_${state}`))));
  const name = el("input", { oninput: (event) => { filter.name = event.target.value; filter.before = ""; update(); } });
  main.replaceChildren(el("h2", {}, word("jobs")),
    el("div", { class: "tools" }, el("label", {}, word("filter"), name), el("label", {}, word("state"), states)), list);

  let asked = 0;
  async function update() {
    const mine = ++asked;
    const query = new URLSearchParams({ limit: PAGE });
    for (const [key, value] of Object.entries(filter)) if (value) query.set(key, value);
    let page;
    try { page = await get(`/api/jobs?${query}`); } catch (e) { return say(e.message, true); }
    if (mine !== asked) return; // an older answer that came late
    const number = (count) => el("td", { class: "number" }, count || "");
    const rows = page.jobs.map((job) => el("tr", {}, el("td", {}, `j${job.job}`), el("td", {}, jobLink(job)), el("td", {}, stateOf(job)),
      number(job.tasks), number(job.queued), number(job.running), number(job.succeeded), number(withoutSuccess(job)),
      el("td", { class: "wide" }, clock(job.submitted_at)), el("td", { class: "wide quiet" }, job.explanation ?? "")));
    const more = page.more ? el("button", { onclick: () => { filter.before = page.jobs.at(-1).job; update(); } }, word("olderJobs")) : null;
    const newest = filter.before ? el("button", { onclick: () => { filter.before = ""; update(); } }, word("newest")) : null;
    show(list, table([[word("job")], [word("name")], [word("state")], [word("tasks"), "number"], [word("job_queued"), "number"],
      [word("job_running"), "number"], [word("job_succeeded"), "number"], [word("noSuccess"), "number"], [word("submitted"), "wide"], [word("note"), "wide"]],
    rows, filter.state || filter.name || filter.before ? word("none") : word("noJobs")), el("div", { class: "tools" }, newest, more));
  }
  update();
  return { update, close() {} };
}

/** One job: how far it is, why tasks of it failed, and all of them. */
export function oneJob(main, id) {
  const head = el("div", {}), why = el("div", {}), list = el("div", { class: "panel" });
  const filter = { state: "", before: "" };
  const states = el("select", { onchange: (event) => { filter.state = event.target.value; filter.before = ""; update(); } },
    el("option", { value: "" }, word("all")), ["queued", "leased", "done", "unsuccessful", "failed", "cancelled"].map((state) =>
      el("option", { value: state }, word(state))));
  main.replaceChildren(head, why, el("h2", {}, word("tasks")),
    el("div", { class: "tools" }, el("label", {}, word("state"), states)), list);
  let busy = false, closed = false;

  const button = (what, label, query = "") => el("button", { onclick: act(async () => {
    const reply = await post(`/api/jobs/${id}/${what}${query}`);
    say(reply.text);
    if (what === "forget") location.hash = "#/jobs";
  }) }, word(label));

  function drawHead({ job, failures }) {
    const ended = job.succeeded + withoutSuccess(job);
    const bar = el("div", {});
    bar.style.width = `${100 * ended / job.tasks}%`;
    const took = job.ended_at ? `, ${lasted((job.ended_at - job.submitted_at) / 1000)}` : "";
    show(head, el("p", {}, el("a", { href: "#/jobs" }, `← ${word("allJobs")}`)), el("h2", {}, `j${job.job}: ${job.name} `, stateOf(job)),
      el("p", {}, job.explanation ?? ""),
      el("div", { class: "panel" }, el("p", {}, `${word("progress")}: ${ended} / ${job.tasks}; ${word("job_succeeded")} ${job.succeeded}, `
        + `${word("noSuccess")} ${withoutSuccess(job)}, ${word("job_running")} ${job.running}, ${word("job_queued")} ${job.queued}`),
      el("div", { class: "progress", role: "progressbar", "aria-label": word("progress"), "aria-valuemin": 0, "aria-valuemax": 100,
        "aria-valuenow": Math.round(100 * ended / job.tasks) }, bar),
      el("p", { class: "quiet" }, `${clock(job.submitted_at)}: ${word("submitted")}${took}`)),
      el("div", { class: "tools" }, hasEnded(job) ? null : button("cancel", "cancelJob"),
        job.unsuccessful + job.failed ? button("retry", "retryJob", "?only_failed=true") : null,
        job.cancelled ? button("retry", "retryAll") : null,
        hasEnded(job) ? button("forget", "forgetJob") : null,
        hasEnded(job) ? el("a", { href: `/api/jobs/${id}/result` }, word("downloadAll")) : null));
    show(why, failures.length ? el("h2", {}, word("whyFailed")) : null, failures.length ? el("div", { class: "panel" },
      table([[word("tasks"), "number"], [word("note")], [word("example")]], failures.map((each) => el("tr", {},
        el("td", { class: "number" }, each.tasks), el("td", {}, each.reason),
        el("td", {}, el("a", { href: `#/task/${each.example}` }, each.input ?? each.example)))), word("none"))) : null);
  }

  async function drawTasks() {
    const query = new URLSearchParams({ limit: PAGE });
    for (const [key, value] of Object.entries(filter)) if (value) query.set(key, value);
    const page = await get(`/api/jobs/${id}/tasks?${query}`);
    const rows = page.tasks.map((task) => el("tr", {}, el("td", { class: "number" }, task.index ?? 1),
      el("td", {}, el("a", { href: `#/task/${task.id}` }, task.input ?? task.name)),
      el("td", {}, el("span", { class: `state ${labelOf(task)}` }, word(labelOf(task)))), el("td", {}, task.worker ?? ""),
      el("td", { class: "number wide" }, task.attempts), el("td", { class: "wide" }, clock(task.since)),
      el("td", { class: "wide quiet" }, task.explanation ?? ""),
      el("td", {}, task.result ? el("a", { href: `/api/tasks/${task.id}/result`, "aria-label": `${word("download")}: ${task.input ?? task.name}` }, "⭳") : "")));
    const more = page.more ? el("button", { onclick: () => { filter.before = page.tasks.at(-1).id; update(); } }, word("older")) : null;
    const newest = filter.before ? el("button", { onclick: () => { filter.before = ""; update(); } }, word("newest")) : null;
    show(list, table([["#", "number"], [word("input")], [word("state")], [word("worker")], [word("attempts"), "number wide"], [word("since"), "wide"],
      [word("note"), "wide"], [word("result")]], rows, word("none")), el("div", { class: "tools" }, newest, more));
  }

  async function update() {
    if (busy || closed) return;
    busy = true;
    try { drawHead(await get(`/api/jobs/${id}`)); await drawTasks(); } catch (e) { say(e.message, true); } finally { busy = false; }
  }
  update();
  return { update, close() { closed = true; } };
}
