// One job: how far it is, why tasks of it failed, when they ran, and what came of them.
import { badge, bar, endedOf, inWords } from "./bars.js";
import { failureGroups } from "./failures.js";
import { textOf, lines } from "./ansi.js";
import { may } from "./me.js";
import { act, button, count, get, h, post, render, rootIn, say } from "./parts.js";
import { pictures } from "./pictures.js";
import { tables } from "./tables.js";
import { taskList } from "./tasks.js";
import { timeline } from "./timeline.js";
import { ago, decimal, millis } from "./times.js";
import { word } from "./words.js";

const TABS = { "": "tasks", tables: "tables", pictures: "pictures" };
/** The end of an example's errors, in bytes and then in letters: codes of colours are more than what is seen. */
const LOG_BYTES = 12_000, LOG = 3000;
/** A timeline of many tasks is large. */
const SPANS_MS = 5000;

const hasEnded = (job) => ["succeeded", "failed", "cancelled"].includes(job.state);

/** Of a task that failed: what it wrote to stderr last. */
async function errorsOf(id) {
  const end = await get(`/api/tasks/${id}/log?stream=stderr&from=-${LOG_BYTES}`);
  return lines(end.text).map(textOf).join("\n").slice(-LOG).trimEnd();
}

export function oneJob(main, id, tab = "") {
  const root = rootIn(main), head = document.createElement("div"), body = document.createElement("div");
  root.append(head, body);
  const logs = new Map();
  let found = null, spans = null, spansAt = "", spansRead = 0, busy = false, closed = false, shown = null;

  const change = (what, label, query = "") => !may("submit") ? null : button(word(label), async () => {
    const reply = await post(`/api/jobs/${id}/${what}${query}`);
    say(reply.text);
    if (what === "forget") location.hash = "#/jobs";
  });

  /** A mended main.py, with which what failed runs again. */
  const otherScript = () => h("label", { class: "button", for: "other-script" }, word("retryWith"), h("input", { type: "file", accept: ".py", id: "other-script", class: "hidden",
    onchange: act(async (event) => {
      const form = new FormData();
      form.append("script", event.target.files[0], "main.py");
      event.target.value = "";
      say((await post(`/api/jobs/${id}/retry?only_failed=true`, form)).text);
    }) }));

  const openLog = (failure) => {
    if (logs.has(failure.example)) return;
    logs.set(failure.example, "…");
    errorsOf(failure.example).then((text) => { logs.set(failure.example, text || failure.reason); draw(); }, () => logs.set(failure.example, failure.reason));
  };

  const figure = (label, value) => value ? h("div", { class: "figure" }, h("b", {}, value), h("span", {}, word(label))) : null;

  function drawTitle({ job, figures }) {
    const ended = endedOf(job.counts);
    return [
      h("div", { class: "title" }, h("h2", {}, `j${job.job}: ${job.name} `, badge(job.state, "job")), h("div", { class: "tools" }, hasEnded(job) ? null : change("cancel", "cancelJob"),
        job.counts.failed + job.counts.lost ? change("retry", "retryJob", "?only_failed=true") : null, may("submit") && job.counts.failed + job.counts.lost ? otherScript() : null, job.counts.cancelled ? change("retry", "retryAll") : null,
        hasEnded(job) ? change("forget", "forgetJob") : null, hasEnded(job) ? h("a", { class: "button", href: `/api/jobs/${id}/result` }, word("downloadAll")) : null)),
      !job.ended_at && job.explanation ? h("p", { class: "quiet" }, job.explanation) : null,
      job.checks ? h("p", { class: job.checks.differing ? "failed" : "quiet" }, word("verified", job.checks)) : null,
      h("div", { class: "panel strip" }, h("div", { class: "states" }, bar(job.counts), h("p", { class: "words" }, h("b", {}, `${count(ended)} / ${count(job.tasks)}`), ` · ${inWords(job.counts)}`)),
        figure("perSecond", figures.per_second ? decimal(figures.per_second) : ""), figure("timeLeft", figures.left_ms ? `≈ ${millis(figures.left_ms)}` : ""),
        figure("tookAll", job.ended_at ? millis(job.ended_at - job.submitted_at) : ""), figure("median", millis(figures.median_ms)), figure("longest", millis(figures.longest_ms)),
        figure("submitted", ago(job.submitted_at))),
    ];
  }

  function draw() {
    if (closed || !found) return;
    const failures = found.failures.map((each) => ({ ...each, log: logs.get(each.example) }));
    render([
      drawTitle(found),
      h("nav", { class: "tabs", "aria-label": word("job") }, Object.entries(TABS).map(([place, name]) => h("a", { key: name, href: `#/jobs/${id}${place ? `/${place}` : ""}`,
        "aria-current": place === tab ? "page" : undefined }, word(name)))),
      tab ? null : [failureGroups(failures, openLog), spans ? timeline(spans) : null],
    ], head);
    shown ??= tab === "tables" ? tables(body, id) : tab === "pictures" ? pictures(body, id) : taskList(body, id, () => found.job.counts);
  }

  async function update() {
    if (busy || closed) return;
    busy = true;
    try {
      found = await get(`/api/jobs/${id}`);
      if (!tab && found.failures.length) openLog(found.failures[0]);
      const state = `${found.job.since} ${found.job.counts.running}`;
      if (!tab && (state !== spansAt || found.job.counts.running) && (hasEnded(found.job) || Date.now() - spansRead > SPANS_MS)) {
        spansAt = state;
        spansRead = Date.now();
        spans = await get(`/api/jobs/${id}/timeline`);
      }
      const isNew = !shown;
      draw();
      await (isNew ? shown?.first : shown?.update());
    } catch (e) { say(e.message, true); } finally { busy = false; }
  }
  return { first: update(), update, close() { closed = true; shown?.close(); render(null, head); } };
}
