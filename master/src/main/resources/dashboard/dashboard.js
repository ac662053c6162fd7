// The page around the views: addresses, the live stream, the strip and the language.
import { drops } from "./drops.js";
import { drawHint } from "./hint.js";
import { jobs } from "./jobs.js";
import { drawMe, know } from "./me.js";
import { get, say } from "./parts.js";
import { comeBack, here, leave } from "./route.js";
import { drawStrip } from "./strip.js";
import { noteServerTime } from "./times.js";
import { chooseLanguage, currentLanguage, word } from "./words.js";

/** Until the stream is asked for again that the master refused. */
const AGAIN_MS = 5000;
const main = document.getElementById("main"), link = document.getElementById("link"), strip = document.getElementById("strip"), hint = document.getElementById("hint");

/** What came with the page: how the grid stands, and the newest jobs. */
const first = JSON.parse(document.getElementById("first").textContent);
noteServerTime(first.now);
know(first.me);

let status = first.status;
let view = null; // what is shown: { first, update(), close() }
let shownAt = "", turn = 0;

const known = { counts: () => status.counts, folder: () => status.tasks_folder, isAlone: () => status.masters.alone, isKeyed: () => status.masters.keyed };
/** All but the first are read when they are looked at, or when there is nothing else to do. */
const VIEWS = {
  tasks: () => import("./tasks.js").then((read) => read.tasks),
  room: () => import("./room.js").then((read) => read.room),
  masters: () => import("./masters.js").then((read) => read.masters),
  channel: () => import("./channel.js").then((read) => read.channel),
  rejected: () => import("./rejected.js").then((read) => read.rejected),
  access: () => import("./access.js").then((read) => read.access),
  events: () => import("./events.js").then((read) => read.events),
};
const oneJob = () => import("./job.js").then((read) => read.oneJob), oneTask = () => import("./task.js").then((read) => read.oneTask);

/** Its view, made now or as soon as it is read. */
async function open(place, id, tab) {
  const mine = ++turn;
  const one = /^\d+$/.test(id ?? "") ? { jobs: oneJob, tasks: oneTask }[place] : null;
  if (!one && !VIEWS[place]) {
    view = jobs(main, known, first.jobs);
    delete first.jobs; // it is old when the view is opened again
    return view.first;
  }
  const make = await (one ?? VIEWS[place])();
  if (mine !== turn) return null; // a person went on meanwhile
  view = one ? make(main, id, tab) : make(main, known);
  return view.first;
}

function route() {
  const hash = location.hash;
  if (view) leave(shownAt);
  view?.close();
  view = null;
  shownAt = hash;
  const [, place, id, tab] = here().path.split("/");
  for (const each of document.querySelectorAll("#nav a")) {
    if (each.getAttribute("href") === `#/${place}`) each.setAttribute("aria-current", "page"); else each.removeAttribute("aria-current");
  }
  main.replaceChildren();
  open(place, id, tab).then(() => { if (shownAt === hash) comeBack(hash); }, () => say(word("noAnswer"), true));
}

const choosing = drops({ panel: document.getElementById("summary"), button: document.getElementById("hand-in"), most: () => status.max_package, changed: () => view?.update() });

function speak() {
  document.documentElement.lang = currentLanguage() === "pt" ? "pt-BR" : "en";
  document.getElementById("language").value = currentLanguage();
  for (const each of document.querySelectorAll("[data-word]")) each.textContent = word(each.dataset.word);
  for (const each of document.querySelectorAll("[data-label]")) each.setAttribute("aria-label", word(each.dataset.label));
  choosing();
  drawMe(document.getElementById("me"));
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
  drawHint(hint, status);
  drawGroup();
  if (news(status) !== before) changed();
}

function drawGroup() {
  const group = document.getElementById("group");
  group.textContent = status.masters.words;
  group.className = status.masters.leads ? "" : "elsewhere";
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

document.getElementById("language").addEventListener("change", (event) => { chooseLanguage(event.target.value); speak(); drawStrip(strip, status); drawHint(hint, status); route(); });
addEventListener("acted", () => view?.update());
addEventListener("resize", () => drawStrip(strip, status));
addEventListener("hashchange", () => { route(); main.focus({ preventScroll: true }); if (!location.hash.includes("?")) scrollTo(0, 0); });
document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); main.focus(); });
speak();
drawStrip(strip, status);
drawHint(hint, status);
drawGroup();
route();
listen();
addEventListener("load", () => setTimeout(() => { for (const read of [oneJob, oneTask, ...Object.values(VIEWS)]) read().catch(() => {}); }, 500));
