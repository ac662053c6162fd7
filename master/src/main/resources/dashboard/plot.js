// A line over time with its scale; one number a span, the last one still growing.
const SVG = "http://www.w3.org/2000/svg";

function make(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

/** A round number just above. */
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? 1;
}

export function plot(history, spanMs, label, unit, width) {
  const height = 140, left = 46, bottom = 20, top = 10;
  const rates = history.map((count) => count / (spanMs / 1000));
  const most = ceiling(Math.max(...rates, 0.2));
  const shown = Math.max(rates.length, 24);
  const x = (index) => left + (width - left) * ((shown - rates.length + index) / Math.max(1, shown - 1));
  const y = (rate) => height - bottom - (height - bottom - top) * (rate / most);
  const svg = make("svg", { class: "plot", viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `${label}: ${rates.at(-1)?.toFixed(1) ?? 0} ${unit}` });
  for (const part of [0, 0.5, 1]) {
    const level = y(most * part);
    svg.append(make("line", { class: "grid", x1: left, x2: width, y1: level, y2: level }));
    svg.append(make("text", { x: 0, y: level + 4 }, String(+(most * part).toPrecision(2))));
  }
  const points = rates.map((rate, index) => `${x(index).toFixed(1)},${y(rate).toFixed(1)}`);
  if (points.length > 1) {
    svg.append(make("polygon", { class: "area", points: `${x(0)},${y(0)} ${points.join(" ")} ${x(rates.length - 1)},${y(0)}` }));
    svg.append(make("polyline", { class: "stroke", points: points.join(" ") }));
  }
  const minutes = Math.round((shown * spanMs) / 60000);
  svg.append(make("text", { x: left, y: height - 4 }, `−${minutes} min`));
  return svg;
}
