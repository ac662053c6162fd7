import { chooseLanguage, currentLanguage, word } from "./words.js";
import { act, ask, clock, el, get, lasted, plain, post, say, show, size, table } from "./parts.js";
import { channel } from "./channel.js";
import { jobs, oneJob } from "./jobs.js";
import { dropZone } from "./uploads.js";
import { plot } from "./plot.js";

const main = document.getElementById("main");
const link = document.getElementById("link");
const STATES = ["queued", "leased", "done", "unsuccessful", "failed", "cancelled"];
const PAGE = 50;

let status = { counts: {}, history: [], span_ms: 5000, per_second: 0, tasks_folder: "tasks" };
let view = null; // what is shown: { update(), close() }
let filter = { state: "", name: "", worker: "", before: "" };
let chosen = new Set();

const labelOf = (task) => task.state === "done" && !task.success ? "unsuccessful" : task.state;
const stateCell = (task) => el("span", { class: `state ${labelOf(task)}` }, word(labelOf(task)));
const taskLink = (task) => el("a", { href: `#/task/${task.id}` }, task.name);

// -- the list of tasks

function overview() {
  const numbers = el("ul", { class: "numbers" });
  const progress = el("div", { class: "panel" });
  const list = el("div", { class: "panel" });
  const bulk = el("div", { class: "tools" });
  const field = (key, label) => el("label", {}, word(label), el("input", { value: filter[key], oninput: (event) => {
    filter[key] = event.target.value; filter.before = ""; refreshList();
  } }));
  const tools = el("div", { class: "tools" }, field("name", "filter"), field("worker", "byWorker"));
  main.replaceChildren(numbers, progress, dropZone(() => view?.update()), el("h2", {}, word("tasks")), tools, bulk, list);

  function drawNumbers() {
    const total = Object.values(status.counts).reduce((a, b) => a + b, 0);
    show(numbers, ...["", ...STATES].map((state) => el("li", {}, el("a", {
      href: "#/", "aria-current": filter.state === state ? "true" : false,
      onclick: (event) => { event.preventDefault(); filter.state = state; filter.before = ""; drawNumbers(); refreshList(); },
    }, el("b", {}, state ? status.counts[state] ?? 0 : total), el("span", { class: state }, word(state || "all"))))));
    const open = (status.counts.queued ?? 0) + (status.counts.leased ?? 0);
    const share = total ? (total - open) / total : 0;
    const bar = el("div", {});
    bar.style.width = `${share * 100}%`;
    const left = open && status.per_second ? `, ≈ ${lasted(open / status.per_second)} ${word("left")}` : "";
    show(progress, 
      el("p", {}, `${word("progress")}: ${total - open} / ${total}, ${status.per_second} ${word("perSecond")}${left}`),
      el("div", { class: "progress", role: "progressbar", "aria-label": word("progress"), "aria-valuemin": 0, "aria-valuemax": 100,
        "aria-valuenow": Math.round(share * 100) }, bar),
      el("h2", {}, word("throughput")), plot(status.history, status.span_ms, word("throughput"), word("perSecond"),
        Math.max(240, main.clientWidth - 90)));
  }

  let asked = 0;
  async function refreshList() {
    const mine = ++asked;
    const query = new URLSearchParams({ limit: PAGE });
    for (const [key, value] of Object.entries(filter)) if (value) query.set(key, value);
    let page;
    try { page = await get(`/api/tasks?${query}`); } catch (e) { return say(e.message, true); }
    if (mine !== asked) return; // an older answer that came late
    const filtered = filter.state || filter.name || filter.worker || filter.before;
    const rows = page.tasks.map((task) => el("tr", {},
      el("td", {}, el("input", { type: "checkbox", "aria-label": task.name, checked: chosen.has(task.id), onchange: (event) => {
        event.target.checked ? chosen.add(task.id) : chosen.delete(task.id); drawBulk();
      } })),
      el("td", { class: "number" }, task.id), el("td", {}, taskLink(task)), el("td", {}, stateCell(task)),
      el("td", {}, task.worker ?? ""), el("td", { class: "number wide" }, task.attempts), el("td", { class: "wide" }, clock(task.since)),
      el("td", { class: "wide quiet" }, task.explanation ?? "")));
    const more = page.more ? el("button", { onclick: () => { filter.before = page.tasks.at(-1).id; refreshList(); } }, word("older")) : null;
    const newest = filter.before ? el("button", { onclick: () => { filter.before = ""; refreshList(); } }, word("newest")) : null;
    show(list, table([[word("pick"), ""], ["Id", "number"], [word("name")], [word("state")], [word("worker")], [word("attempts"), "number wide"],
      [word("since"), "wide"], [word("note"), "wide"]], rows, filtered ? word("none") : `${word("empty")} ${status.tasks_folder}`),
      el("div", { class: "tools" }, newest, more));
  }

  function drawBulk() {
    const each = (what) => act(async () => {
      for (const id of [...chosen]) {
        try { await post(`/api/tasks/${id}/${what}`); } catch (e) { say(`${id}: ${e.message}`, true); }
      }
      chosen.clear(); drawBulk();
    });
    const failed = (status.counts.failed ?? 0) + (status.counts.unsuccessful ?? 0);
    show(bulk, 
      el("span", { class: "quiet" }, `${chosen.size} ${word("selected")}`),
      el("button", { disabled: chosen.size === 0, onclick: each("cancel") }, word("cancel")),
      el("button", { disabled: chosen.size === 0, onclick: each("retry") }, word("retry")),
      el("button", { disabled: failed === 0, onclick: act(async () => {
        const reply = await post("/api/retry-failed"); say(`${reply.count} ${word("changed")}`);
      }) }, word("retryFailed")));
  }

  drawNumbers(); drawBulk(); refreshList();
  return { update() { drawNumbers(); drawBulk(); refreshList(); }, counted() { drawNumbers(); drawBulk(); }, close() {} };
}

// -- one task

function oneTask(id) {
  const head = el("div", {}), line = el("div", { class: "panel" }), files = el("div", { class: "panel" });
  const outputs = { stdout: el("pre", { tabindex: 0 }), stderr: el("pre", { tabindex: 0 }) };
  const known = { stdout: 0, stderr: 0 }, printed = { stdout: "", stderr: "" };
  let drawnFiles = "", attemptShown = 0, closed = false, busy = false;
  main.replaceChildren(head, el("h2", {}, word("timeline")), line, el("h2", {}, word("output")),
    el("div", { class: "panel" }, el("h3", {}, `${word("stdout")} (stdout)`), outputs.stdout),
    el("div", { class: "panel" }, el("h3", {}, `${word("stderr")} (stderr)`), outputs.stderr),
    el("h2", {}, word("files")), files);

  async function follow(stream) {
    for (let parts = 0; parts < 20 && !closed; parts++) {
      const part = await get(`/api/tasks/${id}/log?stream=${stream}&from=${known[stream]}`);
      const pre = outputs[stream];
      if (part.from > known[stream]) printed[stream] += "\n[…]\n";
      if (!part.text) break;
      const atEnd = pre.scrollTop + pre.clientHeight >= pre.scrollHeight - 20;
      printed[stream] += part.text;
      known[stream] = part.to;
      if (printed[stream].length > 400000) printed[stream] = `[…]\n${printed[stream].slice(-300000)}`;
      pre.textContent = plain(printed[stream]);
      if (atEnd) pre.scrollTop = pre.scrollHeight;
    }
  }

  async function drawFiles(task) {
    const key = `${task.result}`;
    if (!task.result || key === drawnFiles) {
      if (!task.result) files.replaceChildren(el("p", { class: "quiet" }, word("none")));
      return;
    }
    drawnFiles = key;
    const entries = await get(`/api/tasks/${id}/files`);
    files.replaceChildren(el("p", {}, el("a", { href: `/api/tasks/${id}/result` }, word("download"))),
      table([[word("name")], [word("size"), "number"], [word("show")]], entries.map((entry) => {
        const place = el("div", {});
        return el("tr", {}, el("td", {}, entry.name, place), el("td", { class: "number" }, size(entry.bytes)),
          el("td", {}, entry.preview ? el("button", { onclick: act(() => preview(entry, place)) }, word("show")) : ""));
      }), word("none")));
  }

  async function preview(entry, place) {
    const url = `/api/tasks/${id}/preview?name=${encodeURIComponent(entry.name)}`;
    if (entry.preview === "picture") return place.replaceChildren(el("img", { class: "picture", src: url, alt: entry.name }));
    const response = await ask(url);
    const text = await response.text();
    const cut = response.headers.get("X-Mutirao-Cut") === "true" ? el("p", { class: "quiet" }, word("cut")) : null;
    place.replaceChildren(entry.preview === "table" ? csv(text, entry.name) : el("pre", { tabindex: 0 }, text), ...(cut ? [cut] : []));
  }

  async function update() {
    if (busy || closed) return;
    busy = true;
    try {
      const { task, attempts } = await get(`/api/tasks/${id}`);
      const ended = !["queued", "leased"].includes(task.state);
      const button = (what) => el("button", { onclick: act(() => post(`/api/tasks/${id}/${what}`)) }, word(what));
      show(head, el("p", {}, el("a", { href: "#/" }, `← ${word("back")}`)), el("h2", {}, `${task.id}: ${task.name} `, stateCell(task)),
        task.job ? el("p", {}, el("a", { href: `#/job/${task.job}` }, `${word("job")} j${task.job}`), ` #${task.index}: ${task.input}`) : null,
        el("p", {}, task.explanation ?? ""), el("div", { class: "tools" }, ended ? null : button("cancel"),
          ended && !task.success ? button("retry") : null,
          task.result ? el("a", { href: `/api/tasks/${id}/result` }, word("download")) : null,
          el("button", { onclick: act(async () => {
            const why = await get(`/api/tasks/${id}/explain`); say(why.reasons.join(" ") || word("none"));
          }) }, word("why"))));
      show(line, el("ol", { class: "line" }, el("li", {}, `${clock(task.submitted_at)}: ${word("submitted")}, ${size(task.bytes)}`),
        attempts.map((attempt) => el("li", {}, `${clock(attempt.leased_at)}: ${word("attempt")} ${attempt.attempt} ${word("onWorker")} `,
          attempt.worker_name || attempt.worker, el("br"), el("span", { class: "quiet" },
            attempt.started_at ? `${clock(attempt.started_at)}: ${word("scriptStarted")}, ${lasted(attempt.ran_ms / 1000)}; ` : "",
            attempt.outcome ?? word("running"), attempt.ended_at ? `, ${lasted((attempt.ended_at - attempt.leased_at) / 1000)}` : "")))));
      if (attempts.length !== attemptShown) { // another attempt prints afresh
        attemptShown = attempts.length;
        for (const stream of ["stdout", "stderr"]) { known[stream] = 0; printed[stream] = ""; outputs[stream].replaceChildren(); }
      }
      if (attempts.length) { await follow("stdout"); await follow("stderr"); }
      await drawFiles(task);
    } catch (e) { say(e.message, true); } finally { busy = false; }
  }
  const timer = setInterval(update, 1000);
  update();
  return { update, close() { closed = true; clearInterval(timer); } };
}

/** The first rows of a CSV file as a table; quotes as the usual programs write them. */
function csv(text, name) {
  const separator = name.toLowerCase().endsWith(".tsv") ? "\t" : (text.split("\n")[0].includes(";") && !text.split("\n")[0].includes(",") ? ";" : ",");
  const rows = [];
  let row = [], cell = "", quoted = false;
  for (let i = 0; i < text.length && rows.length < 200; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') { cell += '"'; i++; } else if (c === '"') quoted = false; else cell += c;
    } else if (c === '"') quoted = true;
    else if (c === separator) { row.push(cell); cell = ""; }
    else if (c === "\n") { row.push(cell.replace(/\r$/, "")); rows.push(row); row = []; cell = ""; }
    else cell += c;
  }
  if (cell || row.length) rows.push([...row, cell]);
  const [heads = [], ...body] = rows;
  return table(heads.map((head) => [head]), body.map((cells) => el("tr", {}, cells.map((text) => el("td", {}, text)))), word("none"));
}

// -- workers, rejected packages, events

function workers() {
  const list = el("div", { class: "panel" });
  main.replaceChildren(el("h2", {}, word("workers")), list);
  async function update() {
    let found;
    try { found = (await get("/api/workers")).workers; } catch (e) { return say(e.message, true); }
    const button = (worker, change) => el("button", { onclick: act(() => post(`/api/workers/${encodeURIComponent(worker.id)}/${change}`)) }, word(change));
    show(list, table([[word("name")], [word("who")], [word("slots"), "number"], [word("holds")], [word("delivered"), "number"],
      [word("lostCount"), "number"], [word("heard")], [word("reads"), "wide"], [word("note")], [word("actions")]],
    found.map((worker) => el("tr", {}, el("td", {}, worker.name || worker.id.slice(0, 8), el("br"), el("span", { class: "quiet" }, worker.address)),
      el("td", {}, worker.kind === "ours" ? word("ours") : `${worker.kind} (${worker.dialect})`), el("td", { class: "number" }, worker.slots),
      el("td", {}, `${worker.holding.length}/${worker.slots} `, worker.holding.flatMap((id) => [el("a", { href: `#/task/${id}` }, id), " "])),
      el("td", { class: "number" }, worker.delivered, worker.delivered + worker.lost
        ? ` (${Math.round(100 * worker.delivered / (worker.delivered + worker.lost))} %)` : ""), el("td", { class: "number" }, worker.lost), el("td", {}, `${lasted(worker.silent_ms / 1000)} ${word("ago")}`),
      el("td", { class: "wide" }, worker.limit ? size(worker.limit) : word("anySize")), el("td", {}, worker.aside ?? ""),
      el("td", {}, button(worker, worker.aside ? "resume" : "drain"), " ", worker.aside ? "" : button(worker, "aside"), " ", button(worker, "forget")))), word("emptyWorkers")));
  }
  update();
  const timer = setInterval(update, 5000); // how long ago something was heard grows without an event
  return { update, close() { clearInterval(timer); } };
}

/** Who leads, for how long it may be trusted, and who is a guest. */
function masters() {
  const list = el("div", { class: "panel" });
  const words = el("p", { class: "quiet" });
  const clocks = el("div", { class: "panel" });
  main.replaceChildren(el("h2", {}, word("masters")), words, list, el("h2", {}, word("clocks")), clocks);
  const millis = (micros) => `${(micros / 1000).toFixed(1)} ms`;

  /** Application clocks: how far from the leader's, how sure that is, and how far from the machine's own. */
  async function drawClocks() {
    const found = (await get("/api/servers")).servers;
    show(clocks, table([[word("name")], [word("rank"), "number"], [word("state"), "wide"], [word("heard"), "wide"], [word("fromLeader"), "number"],
      [word("error"), "number"], [word("fromMachine"), "number"], [word("note")]],
    found.map((each) => el("tr", {}, el("td", {}, each.name), el("td", { class: "number" }, each.rank ?? ""), el("td", { class: "wide" }, each.state),
      el("td", { class: "wide" }, each.silent_ms < 0 ? "?" : `${lasted(each.silent_ms / 1000)} ${word("ago")}`),
      ...["ahead_us", "error_us", "offset_us"].map((field) => el("td", { class: "number" },
        each.clock ? (field === "error_us" ? "± " : "") + millis(each.clock[field]) : "")),
      el("td", {}, !each.clock ? word("unknownClock") : each.clock.counted ? "" : word("notCounted")))), word("none")));
  }

  async function update() {
    drawClocks().catch((e) => say(e.message, true));
    list.hidden = Boolean(status.alone);
    if (status.alone) {
      words.textContent = word("aloneMaster");
      return;
    }
    try {
      const group = (await get("/api/masters")).group;
      words.textContent = [`${word("group")} ${group.group}, ${group.election}, ${word("term")} ${group.term}.`,
        `${word("spare")}: ${group.spare}.`, group.note].join(" ");
      show(list, table([[word("name")], [word("address")], [word("role")], [word("priority"), "number"], [word("rank"), "number"],
        [word("behind"), "number"], [word("missing"), "number"], [word("note")]],
      group.masters.map((each) => el("tr", {}, el("td", {}, each.id), el("td", {}, each.address), el("td", {}, each.role),
        el("td", { class: "number" }, each.priority), el("td", { class: "number" }, each.rank || ""),
        el("td", { class: "number" }, each.behind < 0 ? "?" : each.behind), el("td", { class: "number" }, each.missing < 0 ? "?" : each.missing),
        el("td", {}, each.problem ?? ""))).concat(group.guests.map((guest) => el("tr", {}, el("td", {}, guest.id), el("td", {}, guest.address),
        el("td", {}, word("guest")), el("td", { class: "number" }, guest.priority), el("td"), el("td"), el("td"), el("td")))), word("none")));
    } catch (e) { say(e.message, true); }
  }
  update();
  const timer = setInterval(update, 5000); // how long ago something was heard grows without an event
  return { update, close() { clearInterval(timer); } };
}

function rejected() {
  const list = el("div", { class: "panel" });
  main.replaceChildren(el("h2", {}, word("rejected")), list);
  async function update() {
    try {
      const found = await get("/api/rejected");
      show(list, table([[word("name")], [word("when")], [word("note")]], found.map((each) =>
        el("tr", {}, el("td", {}, each.name), el("td", {}, clock(each.at)), el("td", {}, el("pre", { tabindex: 0 }, each.reason)))), word("noRejected")));
    } catch (e) { say(e.message, true); }
  }
  update();
  return { update, close() {} };
}

function events() {
  const list = el("div", { class: "panel" });
  main.replaceChildren(el("h2", {}, word("events")), list);
  async function update() {
    try {
      const found = (await get(`/api/events?after=${Math.max(0, (status.last_event ?? 0) - 200)}`)).reverse();
      show(list, table([[word("when")], [word("what")]], found.map((each) => el("tr", {}, el("td", {}, clock(each.at)),
        el("td", {}, each.task || each.job ? el("a", { href: each.task ? `#/task/${each.task}` : `#/job/${each.job}` }, each.text) : each.text))), word("none")));
    } catch (e) { say(e.message, true); }
  }
  update();
  return { update, close() {} };
}

// -- the page around them

function route() {
  view?.close();
  const path = location.hash.replace(/^#/, "") || "/";
  const task = path.match(/^\/task\/(\d+)$/), job = path.match(/^\/job\/(\d+)$/);
  const pages = { "/jobs": () => jobs(main), "/workers": workers, "/masters": masters, "/rejected": rejected, "/events": events, "/channel": () => channel(main) };
  for (const each of document.querySelectorAll("nav a")) {
    if (each.getAttribute("href") === `#${path}`) each.setAttribute("aria-current", "page"); else each.removeAttribute("aria-current");
  }
  view = task ? oneTask(task[1]) : job ? oneJob(main, job[1]) : (pages[path] ?? overview)();
}

function speak() {
  document.documentElement.lang = currentLanguage() === "pt" ? "pt-BR" : "en";
  document.getElementById("language").value = currentLanguage();
  for (const each of document.querySelectorAll("[data-word]")) each.textContent = word(each.dataset.word);
}

/** At most one redraw a second, however much happens. */
let due = null;
function changed() {
  due ??= setTimeout(() => { due = null; view?.update(); }, 1000);
}

function listen() {
  const source = new EventSource("/api/events/stream");
  source.addEventListener("state", (event) => {
    const before = status.last_event;
    status = JSON.parse(event.data);
    link.className = "";
    link.textContent = `● ${word("live")}`;
    const group = document.getElementById("group");
    if (group.textContent !== status.group) {
      group.textContent = status.group;
      group.className = status.leads ? "" : "elsewhere";
    }
    view?.counted?.();
    if (status.last_event !== before || view === null) changed();
  });
  source.onerror = () => {
    link.className = "lost";
    link.textContent = word("lost");
  };
}

document.getElementById("language").addEventListener("change", (event) => { chooseLanguage(event.target.value); speak(); route(); });
addEventListener("acted", () => view?.update());
addEventListener("hashchange", () => { route(); main.focus(); });
speak();
get("/api/status").then((now) => { status = now; }).catch((e) => say(e.message, true)).finally(() => { route(); listen(); });
