// Who did what, from where, and who has a badge.
import "./accesswords.js";
import { may } from "./me.js";
import { act, button, get, h, post, render, rootIn, say } from "./parts.js";
import { list } from "./lists.js";
import { ago } from "./times.js";
import { word } from "./words.js";

const PAGE = 100, MOST = 1000;

/** Where a person sees what a note is about. */
const PLACES = [
  [/^(SUBMIT_TASK|CANCEL_JOBS|RETRY_JOBS|RETRY_WITH)$/, /^j(\d+)\b/, (found) => `#/jobs/${found[1]}`],
  [/^(CANCEL_TASK|RETRY_TASK)$/, /^(\d+)$/, (found) => `#/tasks/${found[1]}`],
  [/^CHANGE_WORKER$/, /^\S+ (.+)$/, (found) => `#/room?name=${encodeURIComponent(found[1])}`],
];

function linkOf({ what, about }) {
  for (const [actions, form, place] of PLACES) {
    const found = actions.test(what) && form.exec(about);
    if (found) return place(found);
  }
  return null;
}

/** An action in plain words, and what it is about. How a worker or a master was changed stands first in that. */
function deed({ what, about }) {
  const changed = /^CHANGE_(WORKER|MASTERS)$/.test(what) && /^([a-z]+)(?: (.*))?$/.exec(about);
  const key = changed ? `did_${what}_${changed[1]}` : `did_${what}`, said = word(key);
  return said === key ? [what, about] : [said, changed ? changed[2] ?? "" : about];
}

function sentence(note) {
  const [said, about] = deed(note), place = about && linkOf(note);
  return [said, about ? " " : "", place ? h("a", { href: place }, about) : about];
}

const nameOf = (badge) => `${badge.role}-${badge.serial}${badge.holder ? ` (${badge.holder})` : ""}`;

export function access(main, { isKeyed }) {
  const root = rootIn(main);
  let notes = [], badges = [], more = false, limit = PAGE, before = null, read = false, closed = false;

  /** As the lists of badges have it, with the one for whom it is. */
  function who(note) {
    const given = badges.find((badge) => `${badge.role}-${badge.serial}` === note.who);
    if (given) return nameOf(given);
    const key = note.who === "secret" && !isKeyed() ? "who_anybody" : `who_${note.who}`, said = word(key);
    return said === key ? note.who : said;
  }

  const takeBack = (badge) => button(word("takeBack"), async () => {
    if (!confirm(word("takeBackSure", { who: nameOf(badge) }))) return;
    const taken = (await post(`/api/badges/${badge.serial}/revoke`)).badge;
    say(word("badgeIsBack", { who: nameOf(taken) }));
  }, { "aria-label": `${word("takeBack")}: ${nameOf(badge)}` });

  const NOTES = () => [
    { key: "when", head: word("when"), style: "when", cell: (note) => ago(note.at) },
    { key: "who", head: word("who"), style: "name", cell: (note) => [who(note), h("span", { class: "quiet narrow" }, note.from)] },
    { key: "what", head: word("what"), style: "long", cell: sentence },
    { key: "from", head: word("fromWhere"), style: "wide", cell: (note) => note.from },
  ];
  const BADGES = () => [
    { key: "serial", head: word("number"), cell: (badge) => badge.serial },
    { key: "role", head: word("role"), cell: (badge) => h("span", { title: word(`may_${badge.role}`) }, word(`role_${badge.role}`)) },
    { key: "holder", head: word("holder"), style: "name", cell: (badge) => badge.holder },
    { key: "since", head: word("given"), style: "when wide", cell: (badge) => ago(badge.issued_at) },
    { key: "state", head: word("state"), cell: (badge) => badge.taken_back_at ? h("span", { class: "quiet" }, word("isBack"), " ", ago(badge.taken_back_at)) : may("operate") ? takeBack(badge) : "" },
  ];

  function draw() {
    if (!read) return;
    const turn = (label, work) => h("button", { type: "button", onclick: act(work) }, word(label));
    const command = (text) => h("code", { class: "command" }, text);
    render([
      h("h2", {}, word("badges")),
      h("p", { class: "quiet" }, word(isKeyed() ? "badgesHint" : "badgesNeedKey"), " ", command(isKeyed() ? "mutirao secret for submitter --holder Ana" : "mutirao secret new room.secret")),
      badges.length ? h("div", { class: "panel" }, list({ columns: BADGES(), rows: badges, keyOf: (badge) => badge.serial, label: word("badges"), empty: word("none") })) : null,
      h("h2", {}, word("audit")),
      h("p", { class: "quiet" }, word("auditHint")),
      list({ columns: NOTES(), rows: notes, keyOf: (note) => note.number, label: word("audit"), empty: before ? word("none") : word("noNotes") }),
      h("div", { class: "tools" }, before ? turn("newest", () => { before = null; }) : null,
        more ? turn("olderNotes", () => { if (limit < MOST) limit = Math.min(MOST, limit * 2); else before = notes.at(-1).number; }) : null),
    ], root);
  }

  async function update() {
    try {
      const [found, given] = await Promise.all([get(`/api/audit?limit=${limit}${before ? `&before=${before}` : ""}`), get("/api/badges")]);
      if (closed) return;
      ({ notes, more } = found);
      badges = given.badges;
      read = true;
      draw();
    } catch (e) { say(e.message, true); }
  }
  const timer = setInterval(update, 5000); // no event tells of what was noted
  return { first: update(), update, close() { closed = true; clearInterval(timer); render(null, root); } };
}
