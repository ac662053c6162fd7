// When the tasks of a job ran: a line for each slot of each worker. Transfer and waiting at the worker are pale, the run itself is not.
import { STATES } from "./bars.js";
import { count, h } from "./parts.js";
import { colour } from "./plot.js";
import { decimal, lasted, millis, now } from "./times.js";
import { word } from "./words.js";

/** Clocks of different programs differ by a little. */
const LEEWAY_MS = 60;
const LANE = 12, GAP = 3, AXIS = 18, SLOW = 1.8, FEW = 3;

/** Spans by worker, each in the first lane that is free; two workers of one name stay two. */
export function lanes(spans) {
  const workers = new Map();
  for (const span of [...spans].sort((a, b) => a.times.leased_at - b.times.leased_at)) {
    const id = span.times.worker_id;
    if (!workers.has(id)) workers.set(id, { id, name: span.task.worker ?? id.slice(0, 8), lanes: [], runs: [] });
    const worker = workers.get(id);
    if (span.task.worker) worker.name = span.task.worker;
    const start = span.times.started_at ?? span.times.leased_at;
    let lane = worker.lanes.find((each) => each.end <= start + LEEWAY_MS);
    if (!lane) worker.lanes.push(lane = { end: 0, spans: [] });
    lane.end = span.times.started_at && span.times.ran_ms !== undefined ? start + span.times.ran_ms : span.times.ended_at ?? Infinity;
    lane.spans.push(span);
    if (span.times.ran_ms !== null && span.times.ran_ms !== undefined && span.task.success) worker.runs.push(span.times.ran_ms);
  }
  return [...workers.values()].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }) || a.id.localeCompare(b.id));
}

const median = (values) => values.length ? [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] : null;

/** How much longer a worker's runs are than those of all, if that is remarkable. */
export function slowness(worker, all) {
  const own = median(worker.runs), whole = median(all);
  return worker.runs.length >= FEW && own > 20 && whole && own / whole >= SLOW ? own / whole : null;
}

function draw(canvas, workers, from, to, hits) {
  const scale = window.devicePixelRatio || 1, width = canvas.clientWidth, height = workers.reduce((sum, each) => sum + each.lanes.length * LANE + GAP, AXIS);
  canvas.style.height = `${height}px`;
  canvas.width = width * scale;
  canvas.height = height * scale;
  const paint = canvas.getContext("2d"), colours = Object.fromEntries([...STATES, "line", "quiet"].map((name) => [name, colour(STATES.includes(name) ? `fill-${name}` : name)]));
  paint.scale(scale, scale);
  paint.font = "11px system-ui, sans-serif";
  const x = (at) => (at - from) / Math.max(1, to - from) * (width - 2);
  hits.length = 0;
  let y = 0;
  for (const worker of workers) {
    for (const lane of worker.lanes) {
      for (const span of lane.spans) {
        const { leased_at: leased, started_at: started, ran_ms: ran, ended_at: ended } = span.times, last = ended ?? to;
        const state = span.task.status, left = x(leased), right = Math.max(left + 1, x(last));
        const runLeft = started ? x(Math.max(leased, started)) : left, runRight = started && ran !== null && ran !== undefined ? x(Math.min(last, started + ran)) : right;
        paint.fillStyle = colours[state] ?? colours.queued;
        paint.globalAlpha = 0.25;
        paint.fillRect(left, y + 3, right - left, LANE - 6);
        paint.globalAlpha = 1;
        if (started || !ended) paint.fillRect(runLeft, y + 1, Math.max(1, runRight - runLeft - 0.5), LANE - 2);
        hits.push({ left, right, top: y, bottom: y + LANE, span });
      }
      y += LANE;
    }
    paint.fillStyle = colours.line;
    paint.fillRect(0, y + 1, width, 1);
    y += GAP;
  }
  paint.fillStyle = colours.quiet;
  const marks = Math.max(2, Math.floor(width / 160));
  for (let i = 0; i <= marks; i++) {
    paint.textAlign = i === 0 ? "left" : i === marks ? "right" : "center";
    paint.fillText(lasted((to - from) * i / marks / 1000), x(from + (to - from) * i / marks), y + 13);
  }
}

function sentence({ task, times }) {
  const parts = [`${task.input}: ${word(task.status)}`, `${word("worker").toLowerCase()} ${task.worker ?? times.worker_id.slice(0, 8)}`];
  if (times.waited_ms !== null && times.waited_ms !== undefined) parts.push(`${word("waited").toLowerCase()} ${millis(times.waited_ms)}`);
  if (times.ran_ms !== null && times.ran_ms !== undefined) parts.push(`${word("took").toLowerCase()} ${millis(times.ran_ms)}`);
  const onTheWay = times.started_at && times.ended_at ? times.ended_at - times.leased_at - times.ran_ms : null;
  if (onTheWay !== null && onTheWay >= 0) parts.push(`${word("transfer")} ${millis(onTheWay)}`);
  return parts.join(", ");
}

/** Drawn anew as a whole; the pointer tells of each span. */
export function timeline({ spans, more }) {
  const ran = spans.filter((span) => span.times.leased_at);
  if (!ran.length) return null;
  const workers = lanes(ran), all = workers.flatMap((worker) => worker.runs), hits = [];
  const from = ran.reduce((least, span) => Math.min(least, span.times.leased_at), Infinity);
  const to = ran.reduce((most, span) => Math.max(most, span.times.ended_at ?? now()), 0);
  const names = workers.map((worker) => worker.name);
  const find = (event) => {
    const place = event.target.getBoundingClientRect(), x = event.clientX - place.left, y = event.clientY - place.top;
    return hits.find((hit) => x >= hit.left - 1 && x <= hit.right + 1 && y >= hit.top && y < hit.bottom)?.span;
  };
  return h("div", { class: "panel" }, h("h3", {}, word("whenWhere"), more ? h("span", { class: "quiet" }, ` ${word("latest")} ${count(spans.length)}`) : null),
    h("div", { class: "lanes", tabindex: 0, role: "region", "aria-label": word("whenWhere") }, h("ul", { class: "names" }, workers.map((worker) => {
      const slow = slowness(worker, all), double = names.filter((name) => name === worker.name).length > 1;
      return h("li", { key: worker.id, title: `${worker.name} ${worker.id}`, style: { height: `${worker.lanes.length * LANE + GAP}px` } }, h("a", { href: `#/tasks?worker=${worker.id}` }, worker.name,
        double ? ` ${worker.id.slice(0, 4)}` : ""), slow ? h("span", { class: "slow", title: word("slowWorker") }, ` ${word("slow")} ×${decimal(slow)}`) : null);
    })), h("canvas", { role: "img", "aria-label": `${word("whenWhere")}: ${workers.length} ${word("workers")}, ${count(ran.length)} ${word("tasks")}`,
      ref: (canvas) => { if (canvas?.clientWidth) draw(canvas, workers, from, to, hits); },
      onpointermove: (event) => { const span = find(event); event.target.nextHint(span ? sentence(span) : ""); event.target.style.cursor = span ? "pointer" : ""; },
      onclick: (event) => { const span = find(event); if (span) location.hash = `#/tasks/${span.task.id}`; } })),
    h("p", { class: "quiet hint", ref: (hint) => { const canvas = hint?.parentElement.querySelector("canvas"); if (canvas) canvas.nextHint = (text) => { hint.textContent = text || word("timelineHint"); }; } }, word("timelineHint")));
}
