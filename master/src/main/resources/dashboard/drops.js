// What a person drops anywhere on the page, or chooses: ZIPs, a script with its inputs, folders. Nothing leads the browser away.
import { count, h, post, render, size } from "./parts.js";
import { may } from "./me.js";
import { menu } from "./menu.js";
import { word } from "./words.js";

const AT_ONCE = 4, MAX_LINES = 200;

const isZip = (file) => /\.zip$/i.test(file.name);
const isScript = (file) => /\.py$/i.test(file.name);
const isHidden = (path) => path.split("/").some((step) => step.startsWith("."));
const stem = (name) => name.replace(/\.[^.]*$/, "");

const ofReply = (reply) => reply.job ? { text: reply.text ?? "", href: `#/jobs/${reply.job.job}` } : { text: reply.text ?? word("accepted"), href: `#/tasks/${reply.task.id}` };

const zip = (file) => ({ name: file.name, bytes: file.size, send: () => post(`/api/tasks?name=${encodeURIComponent(file.name)}`, file) });

function form(name, parts) {
  const bytes = parts.reduce((sum, [, file]) => sum + file.size, 0);
  return { name, bytes, send() {
    const data = new FormData();
    for (const [field, file, path] of parts) data.append(field, file, path);
    return post(`/api/jobs?name=${encodeURIComponent(name)}`, data);
  } };
}

const refused = (name, text) => ({ name, text });

/** What lies in a folder comes to the top of the package; what is hidden stays out. */
const folder = (name, files) => form(name, files.filter(({ path }) => !isHidden(path)).map(({ path, file }) => ["files", file, path]));

/** What becomes of loose files: each ZIP is a package, and one script with other files is a job with an input each. */
export function understood(files) {
  const found = files.filter(isZip).map(zip), rest = files.filter((file) => !isZip(file) && !isHidden(file.name));
  const scripts = rest.filter(isScript), inputs = rest.filter((file) => !isScript(file));
  const main = scripts.length === 1 ? scripts[0] : scripts.find((file) => file.name === "main.py");
  if (main && (inputs.length || scripts.length > 1)) {
    found.push(form(stem(main.name), [["script", main, "main.py"], ...scripts.filter((file) => file !== main).map((file) => ["files", file, file.name]),
      ...inputs.map((file) => ["inputs", file, file.name])]));
  } else if (scripts.length && inputs.length) found.push(refused(scripts.map((file) => file.name).join(", "), word("whichScript")));
  else {
    for (const script of scripts) found.push(form(stem(script.name), [["script", script, "main.py"]]));
    for (const file of inputs) found.push(refused(file.name, word("noScript")));
  }
  return found;
}

const within = (directory) => new Promise((resolve, reject) => {
  const reader = directory.createReader(), found = [];
  const read = () => reader.readEntries((some) => { if (some.length) { found.push(...some); read(); } else resolve(found); }, reject);
  read();
});

async function filesOf(directory, prefix = "") {
  const files = [];
  for (const entry of await within(directory)) {
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory) files.push(...await filesOf(entry, `${path}/`));
    else files.push({ path, file: await new Promise((resolve, reject) => entry.file(resolve, reject)) });
  }
  return files;
}

/** Takes drops on the whole page. panel: where the summary stands. button: where files can be chosen. most(): the largest package in bytes. */
export function drops({ panel, button, most, changed }) {
  let taken = [], bad = [], waiting = 0, open = false;

  function draw() {
    const line = (each, index) => h("li", { key: index }, each.href ? h("a", { href: each.href }, each.name) : h("b", {}, each.name), each.text ? `: ${each.text}` : "");
    const part = (style, label, all) => all.length ? [h("h3", { class: style }, `${count(all.length)} ${label}`), h("ul", {}, all.slice(0, MAX_LINES).map(line),
      all.length > MAX_LINES ? h("li", { class: "quiet" }, `+ ${count(all.length - MAX_LINES)}`) : null)] : null;
    panel.hidden = !open;
    render(open ? [
      h("div", { class: "title" }, h("h2", {}, word("handIn")), waiting ? h("span", { class: "quiet" }, `${count(waiting)} ${word("onTheWay")}`) : null,
        h("button", { type: "button", onclick: () => { open = false; draw(); } }, word("close"))),
      part("failed", word(bad.length === 1 ? "refusedOne" : "refused"), bad), part("succeeded", word(taken.length === 1 ? "accepted" : "taken"), taken), bad.length && may("watch") ? h("p", {}, h("a", { href: "#/rejected" }, word("rejected"))) : null,
    ] : null, panel);
  }

  async function handIn(items) {
    if (!items.length) return;
    if (!waiting) { taken = []; bad = []; }
    open = true;
    waiting += items.length;
    draw();
    const queue = [...items];
    const work = async () => {
      for (let item = queue.shift(); item; item = queue.shift()) {
        try {
          if (!item.send) throw new Error(item.text);
          if (most() && item.bytes > most()) throw new Error(`${word("tooLarge")} ${size(most())}.`);
          taken.push({ name: item.name, ...ofReply(await item.send()) });
        } catch (e) { bad.push({ name: item.name, text: e.message }); }
        waiting--;
        draw();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    changed();
  }

  const isFiles = (event) => [...event.dataTransfer?.types ?? []].includes("Files");
  const mark = (on) => document.body.classList.toggle("dropping", on);
  addEventListener("dragover", (event) => { if (isFiles(event)) { event.preventDefault(); mark(may("submit")); } });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(false); });
  addEventListener("drop", async (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    mark(false);
    if (!may("submit")) return;
    // What was dropped is gone once this has returned for the first time.
    const folders = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry?.isDirectory);
    const names = new Set(folders.map((each) => each.name));
    const files = [...event.dataTransfer.files].filter((file) => !names.has(file.name));
    const items = understood(files);
    for (const each of folders) items.push(folder(each.name, await filesOf(each)));
    await handIn(items);
  });

  const choose = (id, label, more, take) => h("label", { class: "button", for: id }, word(label), h("input", { type: "file", multiple: true, id, class: "hidden", ...more,
    onchange: (event) => { const files = [...event.target.files]; event.target.closest("details").open = false; handIn(take(files)); event.target.value = ""; } }));
  return () => may("submit") && render(menu(`+ ${word("handIn")}`, word("handIn"), h("p", { class: "quiet" }, word("dropHint")), choose("choose", "chooseFiles", {}, understood),
    choose("choose-folder", "chooseFolder", { webkitdirectory: true }, (files) => files.length ? [folder(files[0].webkitRelativePath.split("/")[0],
      files.map((file) => ({ path: file.webkitRelativePath.split("/").slice(1).join("/"), file })))] : [])), button);
}
