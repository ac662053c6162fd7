// Elements made by hand, for views that only ever append, as the channel does. Other views use Preact (parts.js).

/** An element; texts become text nodes, so that nothing a person says is ever taken for HTML. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined).map((child) =>
    child instanceof Node ? child : String(child)));
  return element;
}

let pressed = false;
addEventListener("pointerdown", () => { pressed = true; });
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { setTimeout(() => { pressed = false; }, 0); });

/** Draws anew without taking from a person what she is just clicking, or where her keyboard is. */
export function show(container, ...children) {
  if (pressed && container.childElementCount) return;
  const parts = () => [...container.querySelectorAll("a, button, input, select, pre")];
  const focused = parts().indexOf(document.activeElement);
  container.replaceChildren(...children);
  if (focused >= 0) parts()[focused]?.focus({ preventScroll: true });
}
