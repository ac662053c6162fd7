// The strip over all views: states, rate, time left, workers.
import { count, h, render } from "./parts.js";
import { bar, STATES, wordOf } from "./bars.js";
import { sparkline } from "./plot.js";
import { decimal, lasted } from "./times.js";
import { word } from "./words.js";

const figure = (label, value, title) => h("div", { class: "figure", title }, h("b", {}, value), h("span", {}, label));

export function drawStrip(place, status) {
  const counts = status.counts;
  const open = counts.queued + counts.running;
  const { workers, slots, busy } = status.crew;
  render([
    h("div", { class: "states" }, bar(counts), h("ul", { class: "legend" }, STATES.map((state) => h("li", { key: state },
      h("a", { href: `#/tasks?state=${state}`, class: counts[state] ? "" : "none" }, h("i", { class: `dot ${state}` }), h("b", {}, count(counts[state])), " ", wordOf(state, "many")))))),
    h("div", { class: "spark", role: "img", "aria-label": `${word("throughput")}: ${status.per_second}`, title: word("throughput"),
      ref: (element) => { if (element) sparkline(element, status.history, status.span_ms); } }),
    figure(word("perSecond"), status.per_second < 10 ? decimal(status.per_second) : count(Math.round(status.per_second))),
    figure(word("timeLeft"), open ? (status.per_second ? `≈ ${lasted(open / status.per_second)}` : "?") : "–"),
    figure(word("slotsBusy"), `${count(busy)} / ${count(slots)}`),
    figure(word("workers"), count(workers)),
  ], place);
}
