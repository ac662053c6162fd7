// The page around the views: addresses, the live stream, the strip and the language.
import { channel } from "./channel.js";
import { drops } from "./drops.js";
import { events } from "./events.js";
import { oneJob } from "./job.js";
import { jobs } from "./jobs.js";
import { masters } from "./masters.js";
import { get, say } from "./parts.js";
import { rejected } from "./rejected.js";
import { room } from "./room.js";
import { comeBack, here, leave } from "./route.js";
import { drawStrip } from "./strip.js";
import { oneTask } from "./task.js";
import { tasks } from "./tasks.js";
import { chooseLanguage, currentLanguage, word } from "./words.js";

/** Until the stream is asked for again that the master refused. */
const AGAIN_MS = 5000;
const main = document.getElementById("main"), link = document.getElementById("link"), strip = document.getElementById("strip");

let status = { counts: { queued: 0, running: 0, succeeded: 0, failed: 0, lost: 0, cancelled: 0 }, history: [], span_ms: 5000, per_second: 0, tasks_folder: "tasks", last_event: 0, max_package: 0, crew: { workers: 0, slots: 0 },
  masters: { alone: true, leads: true, words: "" } };
let view = null; // what is shown: { first, update(), close() }
let shownAt = "";

const known = { counts: () => status.counts, folder: () => status.tasks_folder, isAlone: () => status.masters.alone };
const VIEWS = { jobs, tasks, room, masters, channel, rejected, events };

function route() {
  const hash = location.hash;
  if (view) leave(shownAt);
  view?.close();
  shownAt = hash;
  const [, place, id, tab] = here().path.split("/");
  for (const each of document.querySelectorAll("#nav a")) {
    if (each.getAttribute("href") === `#/${place}`) each.setAttribute("aria-current", "page"); else each.removeAttribute("aria-current");
  }
  main.replaceChildren();
  const isNumber = /^\d+$/.test(id ?? "");
  view = place === "jobs" && isNumber ? oneJob(main, id, tab) : place === "tasks" && isNumber ? oneTask(main, id) : (VIEWS[place] ?? jobs)(main, known);
  Promise.resolve(view.first).then(() => { if (shownAt === hash) comeBack(hash); });
}

const choosing = drops({ panel: document.getElementById("summary"), button: document.getElementById("hand-in"), most: () => status.max_package, changed: () => view?.update() });

function speak() {
  document.documentElement.lang = currentLanguage() === "pt" ? "pt-BR" : "en";
  document.getElementById("language").value = currentLanguage();
  for (const each of document.querySelectorAll("[data-word]")) each.textContent = word(each.dataset.word);
  for (const each of document.querySelectorAll("[data-label]")) each.setAttribute("aria-label", word(each.dataset.label));
  choosing();
}

/** At most one redraw a second, however much happens. */
let due = null;
function changed() {
  due ??= setTimeout(() => { due = null; view?.update(); }, 1000);
}

function heard(now) {
  const news = (each) => `${each.last_event} ${JSON.stringify(each.counts)}`, before = news(status);
  status = now;
  drawStrip(strip, status);
  const group = document.getElementById("group");
  group.textContent = status.masters.words;
  group.className = status.masters.leads ? "" : "elsewhere";
  if (news(status) !== before) changed();
}

function listen() {
  const source = new EventSource("/api/events/stream");
  source.addEventListener("state", (event) => {
    link.className = "";
    link.textContent = `● ${word("live")}`;
    heard(JSON.parse(event.data));
  });
  source.onerror = () => {
    link.className = "cut-off";
    link.textContent = word("cutOff");
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    setTimeout(listen, AGAIN_MS);
    get("/api/status").catch((e) => { if (e.status) say(e.message, true); }); // another token, say: there is a sentence for it
  };
}

document.getElementById("language").addEventListener("change", (event) => { chooseLanguage(event.target.value); speak(); drawStrip(strip, status); route(); });
addEventListener("acted", () => view?.update());
addEventListener("resize", () => drawStrip(strip, status));
addEventListener("hashchange", () => { route(); main.focus({ preventScroll: true }); if (!location.hash.includes("?")) scrollTo(0, 0); });
document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); main.focus(); });
speak();
// The first screen needs not wait for how the grid stands; other views say at once who leads, or how many there are.
const isFirst = here().path === "/jobs";
if (isFirst) route();
get("/api/status").then(heard).catch((e) => say(e.message, true)).finally(() => { if (isFirst) view.update(); else route(); listen(); });
