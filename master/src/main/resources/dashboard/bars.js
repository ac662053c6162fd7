// States: their words, colours and stacked bars. The API's own words are older than those for people.
import { count, h } from "./parts.js";
import { word } from "./words.js";

/** As the page says them, and as the API does, in the order of a bar. */
export const STATES = { succeeded: "done", failed: "unsuccessful", lost: "failed", cancelled: "cancelled", running: "leased", queued: "queued" };
const WORDS = Object.fromEntries(Object.entries(STATES).map(([shown, api]) => [api, shown]));

export const stateOf = (task) => task.state === "done" && !task.success ? "failed" : WORDS[task.state] ?? task.state;
export const apiState = (state) => STATES[state] ?? state;
const FORMS = ["lost_many", "cancelled_many", "cancelled_job"];
/** A state's word; in some languages another one for many tasks, or for a job. */
export const wordOf = (state, form) => word(FORMS.includes(`${state}_${form}`) ? `${state}_${form}` : state);
export const badge = (state, form = "one") => h("span", { class: `state ${state}` }, wordOf(state, form));
export const hasEnded = (state) => ["succeeded", "failed", "lost", "cancelled"].includes(state);

export const countsOfJob = (job) => ({ succeeded: job.succeeded, failed: job.unsuccessful, lost: job.failed, cancelled: job.cancelled,
  running: job.running, queued: job.queued });
export const countsOfGrid = (counts) => Object.fromEntries(Object.entries(STATES).map(([shown, api]) => [shown, counts[api] ?? 0]));

/** What is not there is left out. */
export const inWords = (counts) => Object.keys(STATES).filter((state) => counts[state]).map((state) => `${count(counts[state])} ${wordOf(state, "many")}`).join(", ");

/** A bar of all states; each that is there can be seen, however few they are. */
export function bar(counts, style = "") {
  const total = Object.values(counts).reduce((a, b) => a + b, 0);
  return h("div", { class: `bar ${style}`, role: "img", "aria-label": inWords(counts) || word("none"), title: inWords(counts) },
    total ? Object.keys(STATES).filter((state) => counts[state]).map((state) =>
      h("div", { key: state, class: `fill ${state}`, style: { flexGrow: counts[state] } })) : null);
}
