// The pictures in a job's results as a wall.
import { button, get, h, render, say } from "./parts.js";
import { word } from "./words.js";

export function pictures(root, job) {
  let found = [], next = null, isRead = false, closed = false;

  const url = (each) => `/api/tasks/${each.task}/preview?name=${encodeURIComponent(each.name)}`;

  function draw() {
    if (closed) return;
    render([found.length ? h("ul", { class: "wall" }, found.map((each) => h("li", { key: `${each.task}/${each.name}` }, h("a", { href: `#/tasks/${each.task}` },
      h("img", { src: url(each), alt: `${each.input}: ${each.name}`, loading: "lazy", decoding: "async" }), h("span", {}, `${each.input} · ${each.name.replace(/^files\//, "")}`))))) :
      isRead ? h("p", { class: "quiet nothing" }, word(next ? "noneYet" : "noPictures")) : null, next ? button(word("morePictures"), read) : null], root);
  }

  async function read() {
    try {
      const answer = await get(`/api/jobs/${job}/pictures${next ? `?before=${next}` : ""}`);
      found = [...found, ...answer.pictures];
      next = answer.next ?? null;
      isRead = true;
      draw();
    } catch (e) { say(e.message, true); }
  }
  return { first: read(), update() {}, close() { closed = true; render(null, root); } };
}
