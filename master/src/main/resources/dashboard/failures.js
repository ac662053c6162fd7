// Why tasks failed: those with the same last line together.
import { count, h } from "./parts.js";
import { word } from "./words.js";

/** What a script said; the number that every failure has is left out if there is more. */
export const brief = (reason) => reason.replace(/^(?:exit code|código de saída) \d+: (?=.)/, "");

/** The two most frequent, for a row. */
export function chips(failures) {
  if (!failures.length) return null;
  const rest = failures.slice(2).reduce((sum, each) => sum + each.tasks, 0);
  return h("ul", { class: "chips" }, failures.slice(0, 2).map((each) => h("li", { key: each.reason, title: each.reason },
    h("a", { href: `#/tasks/${each.example}` }, h("b", {}, `${count(each.tasks)} ×`), " ", brief(each.reason)))),
  rest ? h("li", { class: "quiet" }, `+ ${count(rest)}`) : null);
}

/** All of them, the first one with an example that is open. */
export function failureGroups(failures, openLog) {
  if (!failures.length) return null;
  return h("section", { class: "panel failures", "aria-label": word("whyFailed") }, h("h3", {}, word("whyFailed")),
    failures.map((each, index) => h("details", { key: each.reason, open: index === 0 ? true : undefined, ontoggle: (event) => { if (event.target.open) openLog(each); } },
      h("summary", {}, h("b", { class: "failed" }, `${count(each.tasks)} ×`), " ", brief(each.reason)),
      h("p", { class: "quiet" }, `${word("example")}: `, h("a", { href: `#/tasks/${each.example}` }, each.input ?? each.example)),
      each.log ? h("pre", { tabindex: 0, "aria-label": `${word("stderr")}: ${each.input ?? each.example}` }, each.log) : null)));
}
