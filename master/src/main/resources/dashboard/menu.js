// A menu that opens below its button and closes when a person clicks elsewhere.
import { h } from "./parts.js";

const menus = () => document.querySelectorAll("details.menu[open]");

addEventListener("click", (event) => {
  for (const each of menus()) if (!each.contains(event.target) || event.target.closest(".items button")) each.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const each of menus()) { each.open = false; each.querySelector("summary").focus(); }
});

export const menu = (label, name, ...items) => h("details", { class: "menu" }, h("summary", { "aria-label": name, title: name }, label),
  h("div", { class: "items" }, items));
