// One task: what happened to it, what it prints, what came of it.
import { badge, hasEnded, isDoubtful } from "./bars.js";
import { log } from "./log.js";
import { may } from "./me.js";
import { ask, button, get, h, post, render, rootIn, say, size } from "./parts.js";
import { csvTable, parse } from "./table.js";
import { ago, lasted, millis } from "./times.js";
import { word } from "./words.js";

const MAX_ROWS = 200;

function attemptLine(attempt) {
  const ended = attempt.ended_at ? [`, ${lasted((attempt.ended_at - attempt.leased_at) / 1000)}`] : [];
  return h("li", { key: attempt.attempt }, ago(attempt.leased_at), `: ${word("attempt")} ${attempt.attempt} ${word("onWorker")} `,
    h("a", { href: `#/tasks?worker=${encodeURIComponent(attempt.worker)}`, title: attempt.worker }, attempt.worker_name || attempt.worker.slice(0, 8)), h("br"),
    h("span", { class: "quiet" }, attempt.started_at ? [ago(attempt.started_at), `: ${word("scriptStarted")}, ${word("took").toLowerCase()} ${millis(attempt.ran_ms)}; `] : "",
      attempt.marks?.includes("check") ? `${word("toVerify")}: ` : "", attempt.outcome ?? word("running"), ended, attempt.marks?.includes("no key") ? ` (${word("noKey")})` : ""));
}

/** What is known of a result by running its task again: in a sentence, and what differs side by side. */
function checked(check) {
  const differs = check.differs;
  return h("div", { class: "panel check" }, h("p", { class: isDoubtful(check) ? "failed" : "quiet" }, check.text),
    differs && differs.line ? h("table", {}, h("thead", {}, h("tr", {}, h("th", {}, word("worker")), h("th", {}, word("outputLine", { line: differs.line })))),
      h("tbody", {}, [[check.workers[0], differs.first], [differs.worker, differs.other]].map(([worker, line]) =>
        h("tr", { key: worker }, h("td", {}, worker), h("td", {}, h("code", {}, line)))))) : null,
    differs && differs.files.length ? h("p", { class: "quiet" }, `${word("filesDiffer")}: ${differs.files.join(", ")}`) : null);
}

/** What a script took of its worker's machine, as far as that is known. */
const consumed = (used) => [[used.peak_memory, word("peakMemory"), size], [used.cpu_ms, word("cpuTime"), millis], [used.io_read, word("ioRead"), size], [used.io_written, word("ioWritten"), size]]
  .filter(([amount]) => amount !== undefined).map(([amount, what, inWords]) => `${what} ${inWords(amount)}`).join(" · ");

export function oneTask(main, id) {
  const root = rootIn(main), places = { stdout: document.createElement("section"), stderr: document.createElement("section") };
  for (const place of Object.values(places)) place.className = "panel output";
  const head = document.createElement("div"), files = document.createElement("div"), outputs = document.createElement("div");
  outputs.className = "outputs";
  outputs.append(places.stdout, places.stderr);
  root.append(head, outputs, files);
  const logs = ["stdout", "stderr"].map((stream) => log(places[stream], id, stream));
  let entries = null, filesOf = "", attemptShown = 0, closed = false, busy = false, previews = {}, timer = null;

  function drawHead({ task, attempts, used }) {
    const state = task.status, ended = hasEnded(state);
    const change = (what) => !may("submit") ? null : button(word(what), () => post(`/api/tasks/${id}/${what}`));
    render([
      h("div", { class: "title" }, h("h2", {}, `${task.id}: ${task.name} `, badge(state)),
        h("div", { class: "tools" }, ended ? null : change("cancel"), ended && !task.success ? change("retry") : null,
          task.result ? h("a", { class: "button", href: `/api/tasks/${id}/result` }, word("download")) : null,
          button(word("why"), async () => {
            const why = await get(`/api/tasks/${id}/explain`);
            say(why.reasons.join(" ") || word("none"));
          }))),
      task.job ? h("p", { class: "quiet" }, h("a", { href: `#/jobs/${task.job}` }, `${word("job")} j${task.job}`), ` #${task.index}: ${task.input}`) : null,
      task.explanation ? h("p", { class: ended && !task.success ? "failed" : "quiet" }, task.explanation) : null,
      used ? h("p", { class: "quiet" }, `${word("used")}: ${consumed(used)}`) : null,
      task.check ? checked(task.check) : null,
      h("section", { class: "panel", "aria-label": word("timeline") }, h("h3", {}, word("timeline")), h("ol", { class: "line" },
        h("li", {}, ago(task.submitted_at), `: ${word("submitted").toLowerCase()}, ${size(task.bytes)}`,
          attempts.length ? h("span", { class: "quiet" }, `; ${word("waited").toLowerCase()} ${millis(task.waited_ms)}`) : null), attempts.map(attemptLine))),
    ], head);
  }

  const close = (entry) => { delete previews[entry.name]; drawFiles(); };

  async function open(entry) {
    const url = `/api/tasks/${id}/preview?name=${encodeURIComponent(entry.name)}`;
    if (entry.preview === "picture") previews[entry.name] = h("img", { class: "picture", src: url, alt: entry.name });
    else {
      const response = await ask(url), text = await response.text();
      const isCut = response.headers.get("X-Mutirao-Cut") === "true";
      const rows = entry.preview === "table" ? await parse(text) : null;
      previews[entry.name] = [rows ? csvTable(rows[0] ?? [], rows.slice(1, MAX_ROWS + 1), entry.name) : h("pre", { tabindex: 0, "aria-label": entry.name }, text),
        isCut || (rows && rows.length > MAX_ROWS + 1) ? h("p", { class: "quiet" }, word("cut")) : null];
    }
    drawFiles();
  }

  function drawFiles() {
    if (!entries?.length) return render(null, files);
    render(h("section", { class: "panel", "aria-label": word("files") }, h("h3", {}, word("files")), h("ul", { class: "files" }, entries.map((entry) =>
      h("li", { key: entry.name }, h("div", { class: "file" }, h("span", { class: "name" }, entry.name), h("span", { class: "number quiet" }, size(entry.bytes)),
        entry.preview ? button(word(previews[entry.name] ? "close" : "show"), () => previews[entry.name] ? close(entry) : open(entry),
          { "aria-expanded": previews[entry.name] ? "true" : "false" }) : null), previews[entry.name])))), files);
  }

  async function update() {
    if (busy || closed) return;
    busy = true;
    try {
      const found = await get(`/api/tasks/${id}`);
      if (closed) return;
      drawHead(found);
      if (found.attempts.length !== attemptShown) {
        attemptShown = found.attempts.length;
        for (const each of logs) each.restart();
      }
      if (`${found.task.result}` !== filesOf) {
        filesOf = `${found.task.result}`;
        entries = found.task.result ? await get(`/api/tasks/${id}/files`) : null;
        previews = {};
        drawFiles();
      }
      ["stdout", "stderr"].forEach((stream, index) => logs[index].endsAt(entries?.find((entry) => entry.name === `${stream}.txt`)?.bytes ?? 0));
      if (found.attempts.length) for (const each of logs) await each.follow();
      if (hasEnded(found.task.status) && filesOf) { clearInterval(timer); timer = setInterval(update, 10_000); }
    } catch (e) { say(e.message, true); } finally { busy = false; }
  }
  timer = setInterval(update, 1000);
  return { first: update(), update, close() { closed = true; clearInterval(timer); for (const each of logs) each.close(); } };
}
