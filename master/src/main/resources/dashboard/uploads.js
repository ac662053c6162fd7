// ZIPs and folders that somebody drops or chooses.
import { word } from "./words.js";
import { el, post, say } from "./parts.js";

const accepted = (reply) => reply.job ? `${reply.text ?? ""} (j${reply.job.job})` : `${reply.task.name}: ${word("accepted")}`;

async function handIn(name, send) {
  try { say(accepted(await send())); } catch (e) { say(`${name}: ${e.message}`, true); }
}

const sendZip = (file) => handIn(file.name, () => post(`/api/tasks?name=${encodeURIComponent(file.name)}`, file));

/** What lies in a folder comes to the top of the package; what is hidden stays out. */
function sendFolder(name, files) {
  const form = new FormData();
  for (const { path, file } of files) {
    if (!path.split("/").some((step) => step.startsWith("."))) form.append("files", file, path);
  }
  return handIn(name, () => post(`/api/jobs?name=${encodeURIComponent(name)}`, form));
}

const within = (folder) => new Promise((resolve, reject) => {
  const reader = folder.createReader(), found = [];
  const read = () => reader.readEntries((some) => { if (some.length) { found.push(...some); read(); } else resolve(found); }, reject);
  read();
});

async function filesOf(folder, prefix = "") {
  const files = [];
  for (const entry of await within(folder)) {
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory) files.push(...await filesOf(entry, `${path}/`));
    else files.push({ path, file: await new Promise((resolve, reject) => entry.file(resolve, reject)) });
  }
  return files;
}

/** Where to drop. */
export function dropZone(changed) {
  const choose = (label, attributes, take) => {
    const input = el("input", { type: "file", multiple: true, ...attributes, onchange: async () => { await take([...input.files]); changed(); } });
    return [el("label", { for: attributes.id }, word(label), " "), input];
  };
  const zone = el("div", { class: "drop" },
    el("p", {}, choose("upload", { accept: ".zip", id: "choose" }, async (files) => { for (const file of files) await sendZip(file); })),
    el("p", {}, choose("uploadFolder", { webkitdirectory: true, id: "choose-folder" }, (files) => files.length === 0 ? null
      : sendFolder(files[0].webkitRelativePath.split("/")[0], files.map((file) => ({ path: file.webkitRelativePath.split("/").slice(1).join("/"), file }))))));
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    // What was dropped is gone once this has returned for the first time.
    const folders = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry?.isDirectory);
    const names = new Set(folders.map((folder) => folder.name));
    const files = [...event.dataTransfer.files].filter((file) => !names.has(file.name));
    for (const file of files) await sendZip(file);
    for (const folder of folders) await sendFolder(folder.name, await filesOf(folder));
    changed();
  });
  return zone;
}
