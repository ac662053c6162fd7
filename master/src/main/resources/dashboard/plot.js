// Small charts by uPlot, which is loaded when the first one is drawn.
import { h } from "./parts.js";
import { word } from "./words.js";

let loading = null;

/** A script of the master's that is no module. */
export function script(name) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = new URL(name, import.meta.url);
    element.onload = resolve;
    element.onerror = reject;
    document.head.append(element);
  });
}

const uplot = () => { loading ??= script("uplot.js"); return loading.then(() => window.uPlot); };

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const quiet = (width, height) => ({ width, height, pxAlign: 0, legend: { show: false }, cursor: { show: false }, select: { show: false } });

/** Replaces what a place shows; of two drawings at the same time the later one stays. */
async function into(place, make) {
  const mine = place.drawing = (place.drawing ?? 0) + 1;
  const UPlot = await uplot();
  if (mine !== place.drawing || !place.isConnected) return;
  place.plot?.destroy();
  place.plot = make(UPlot);
}

/** Tasks a second over time, the last span still growing. */
export function sparkline(place, history, spanMs) {
  const shown = history.slice(-120), width = place.clientWidth, height = place.clientHeight;
  if (!width || !height) return;
  const rates = shown.map((finished) => finished / (spanMs / 1000));
  while (rates.length < 24) rates.unshift(0);
  into(place, (UPlot) => new UPlot({ ...quiet(width, height), padding: [3, 0, 1, 0], axes: [{ show: false }, { show: false }],
    scales: { x: { time: false }, y: { range: (self, min, max) => [0, Math.max(max, 0.2)] } },
    series: [{}, { stroke: colour("accent"), fill: `${colour("accent")}33`, width: 1.5, points: { show: false } }] },
  [rates.map((rate, index) => index), rates], place));
}

/** A histogram. */
function bars(place, { min, width, counts }) {
  into(place, (UPlot) => new UPlot({ ...quiet(place.clientWidth || 180, 48), padding: [2, 2, 0, 2], axes: [{ show: false }, { show: false }],
    scales: { x: { time: false, range: [min, min + width * counts.length] }, y: { range: (self, low, high) => [0, high] } },
    series: [{}, { fill: colour("accent"), stroke: colour("accent"), width: 0, points: { show: false }, paths: UPlot.paths.bars({ size: [0.9], align: 1 }) }] },
  [counts.map((each, index) => min + width * index), counts], place));
}

const short = (value) => Number(value.toPrecision(4)).toString();

/** Of a column: { name, min, max, median, counts }. */
export function histogram({ name, min, max, median, counts }) {
  const key = `${min} ${max} ${counts}`;
  const words = `${name}: ${short(min)} – ${short(max)}`;
  return h("figure", { class: "histogram" }, h("figcaption", {}, name), h("div", { role: "img", "aria-label": words, class: "chart",
    ref: (place) => { if (place && place.dataset.key !== key) { place.dataset.key = key; bars(place, { min, width: (max - min) / counts.length || 1, counts }); } } }),
  h("p", { class: "quiet scale" }, h("span", {}, short(min)), h("span", { title: word("medianOf") }, `~${short(median)}`), h("span", {}, short(max))));
}
