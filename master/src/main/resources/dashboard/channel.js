// The channel: what people say to each other and what the grid says, in the one order.
import { el, show } from "./elements.js";
import { may } from "./me.js";
import { act, get, post, say } from "./parts.js";
import { clock } from "./times.js";
import { word } from "./words.js";

const MOST_SHOWN = 500;
const HISTORY = 200;

/** Who talks here; kept while the page is open, whatever view is shown. */
let me = null;

const body = (more = {}) => JSON.stringify({ name: me.name, session: me.session, ...more });

/** Logs in again if the master has logged this page out meanwhile, as while the machine slept. */
async function asMe(path, more) {
  try { return await post(path, body(more)); } catch (e) {
    if (e.status !== 409) throw e;
    await post("/api/channel/enter", body());
    return post(path, body(more));
  }
}

function newSession() {
  const random = crypto.getRandomValues(new Uint8Array(12));
  return `web-${[...random].map((each) => each.toString(16).padStart(2, "0")).join("")}`;
}

addEventListener("pagehide", () => {
  if (me) fetch("/api/channel/leave", { method: "POST", headers: { "X-Mutirao": "1" }, body: body(), keepalive: true });
});

export function channel(main) {
  const who = el("div", { class: "tools" }), people = el("p", {}), log = el("ol", { class: "said", "aria-label": word("channel"), tabindex: 0 });
  const form = el("form", { class: "tools" }), note = el("p", { class: "quiet", role: "status" });
  let known = 0, shown = "", source = null, there = { users: [], topics: [] }, closed = false;
  main.replaceChildren(el("h2", {}, word("channel")), who, people, el("div", { class: "panel" }, log), form, note);

  async function enter(name) {
    const speaker = { name, session: newSession(), said: 0 };
    await post("/api/channel/enter", JSON.stringify({ name: speaker.name, session: speaker.session }));
    me = speaker;
    begin();
  }

  async function leave() {
    const leaving = body();
    me = null;
    begin();
    await post("/api/channel/leave", leaving);
  }

  function drawWho() {
    if (!may("operate")) return;
    if (me) return show(who, el("b", {}, me.name), el("button", { type: "button", onclick: act(leave) }, word("leave")), topicField());
    const name = el("input", { id: "name", maxlength: 32 });
    show(who, el("label", {}, word("yourName"), name), el("button", { type: "button", onclick: act(() => enter(name.value.trim())) }, word("join")),
      el("span", { class: "quiet" }, word("joinFirst")));
  }

  function topicField() {
    const topic = el("input", { maxlength: 32 });
    return el("span", { class: "tools" }, el("label", {}, word("newTopic"), topic), el("button", { type: "button", onclick: act(async () => {
      await asMe("/api/channel/topics", { topic: topic.value.trim() });
      topic.value = "";
      await look();
    }) }, word("make")));
  }

  const text = el("input", { maxlength: 4000, size: 60, autocomplete: "off" });
  const to = el("select", {});
  const filter = el("select", { onchange: (event) => { shown = event.target.value; begin(); } });
  form.append(el("label", {}, word("shown"), filter), ...may("operate") ? [el("label", {}, word("sayTo"), to), el("label", {}, word("text"), text),
    el("button", {}, word("sayIt"))] : []);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(sayIt)();
  });

  async function sayIt() {
    if (!me) throw new Error(word("joinFirst"));
    const [kind, name] = [to.value.slice(0, 1), to.value.slice(1)];
    const words = text.value;
    me.said++;
    await asMe("/api/channel/messages", { number: me.said, text: words, [kind === "@" ? "person" : "topic"]: name, lamport: me.lamport ?? 0 });
    text.value = "";
  }

  function options(select, values) {
    const now = values.map(([, label]) => label).join("\n");
    if (select.dataset.now === now) return; // a person may just be choosing
    select.dataset.now = now;
    const kept = select.value;
    select.replaceChildren(...values.map(([value, label]) => el("option", { value }, label)));
    select.value = values.some(([value]) => value === kept) ? kept : values[0][0];
  }

  async function look() {
    try { there = await get("/api/channel"); } catch (e) { return say(e.message, true); }
    if (closed) return;
    people.textContent = `${word("here")}: ${there.users.join(", ") || "–"}. ${word("topics")}: ${there.topics.join(", ")}.`;
    options(to, [...there.topics.map((each) => [`#${each}`, `#${each}`]), ...there.users.map((each) => [`@${each}`, `@${each}`])]);
    options(filter, [["", word("all")], ...there.topics.map((each) => [each, `#${each}`])]);
  }

  const place = (row) => row.person ? `${word("toPerson")} ${row.person}` : row.topic ? `#${row.topic}` : "";

  function line(row) {
    const words = { joined: word("joined"), left: `${word("left_")} ${row.text}` }[row.kind] ?? row.text;
    const readers = el("span", { class: "quiet" });
    const ask = el("button", { type: "button", class: "small", "aria-label": `${word("readers")}: ${row.id}`, onclick: act(async () => {
      const found = (await get(`/api/channel/messages/${row.id}/readers`)).readers;
      readers.textContent = ` ✓ ${found.join(", ") || word("nobodyYet")}`;
    }) }, "✓");
    return el("li", { class: row.kind, title: `${row.id}, Lamport ${row.lamport}` }, el("span", { class: "quiet" }, `${row.id} · ${clock(row.at)} · `),
      el("span", { class: "quiet" }, place(row), " "), row.sender ? el("b", {}, row.sender) : null, row.kind === "said" ? ": " : " ", words, " ",
      row.kind === "said" ? ask : null, readers);
  }

  function add(rows) {
    const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 30;
    log.append(...rows.map(line));
    while (log.childElementCount > MOST_SHOWN) log.firstElementChild.remove();
    if (atEnd) log.scrollTop = log.scrollHeight;
    if (rows.some((row) => ["joined", "left"].includes(row.kind))) look();
    const newest = rows.at(-1);
    if (newest && me) me.lamport = newest.lamport;
    for (const row of rows) {
      // A message counts as read when it stands here; what is too old to be confirmed is no matter.
      if (me && row.kind === "said" && row.sender !== me.name) post("/api/channel/read", body({ id: row.id })).catch(() => {});
    }
  }

  function reader() {
    const query = new URLSearchParams();
    if (shown) query.set("topic", shown);
    if (me) { query.set("name", me.name); query.set("session", me.session); }
    return query;
  }

  /** Reads anew, as another person or for another topic. */
  async function begin() {
    source?.close();
    drawWho();
    look();
    const query = reader();
    const mine = begin.number = (begin.number ?? 0) + 1;
    let history;
    query.set("last", HISTORY);
    try { history = await get(`/api/channel/messages?${query}`); } catch (e) { return say(e.message, true); }
    if (closed || mine !== begin.number) return;
    log.replaceChildren();
    known = history.last;
    add(history.messages);
    log.scrollTop = log.scrollHeight;
    query.delete("last");
    query.set("after", known);
    source = new EventSource(`/api/channel/stream?${query}`);
    source.addEventListener("messages", (event) => {
      const found = JSON.parse(event.data);
      note.textContent = "";
      add(found.messages.filter((row) => row.id > known));
      known = Math.max(known, found.last);
    });
    source.addEventListener("waiting", (event) => { note.textContent = `${word("channelWaiting")} ${JSON.parse(event.data).message}`; });
  }

  begin();
  return { update: look, close() { closed = true; source?.close(); } };
}
