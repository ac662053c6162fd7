// States: their words, colours and stacked bars.
import { count, h } from "./parts.js";
import { word } from "./words.js";

/** In the order of a bar. */
export const STATES = ["succeeded", "failed", "lost", "cancelled", "running", "queued"];

const FORMS = ["lost_many", "cancelled_many", "cancelled_job"];
/** A state's word; in some languages another one for many tasks, or for a job. */
export const wordOf = (state, form) => word(FORMS.includes(`${state}_${form}`) ? `${state}_${form}` : state);
export const badge = (state, form = "one") => h("span", { class: `state ${state}` }, wordOf(state, form));
export const hasEnded = (state) => ["succeeded", "failed", "lost", "cancelled"].includes(state);

/** Whether results of a task differ that were to be the same. */
export const isDoubtful = (check) => ["not_deterministic", "first_differs", "second_differs", "undecided"].includes(check.state);

export const endedOf = (counts) => counts.succeeded + counts.failed + counts.lost + counts.cancelled;

/** What is not there is left out. */
export const inWords = (counts) => STATES.filter((state) => counts[state]).map((state) => `${count(counts[state])} ${wordOf(state, "many")}`).join(", ");

/** A bar of all states; each that is there can be seen, however few they are. */
export function bar(counts, style = "") {
  const total = Object.values(counts).reduce((a, b) => a + b, 0);
  return h("div", { class: `bar ${style}`, role: "img", "aria-label": inWords(counts) || word("none"), title: inWords(counts) },
    total ? STATES.filter((state) => counts[state]).map((state) =>
      h("div", { key: state, class: `fill ${state}`, style: { flexGrow: counts[state] } })) : null);
}
