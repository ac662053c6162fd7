// Addresses: "#/tasks?state=failed" is the view tasks with a filter. What is filtered stands in the address, so that it can be kept and sent.

/** Where older pages sent people. */
const MOVED = [[/^\/?$/, "/jobs"], [/^\/task\/(\d+)$/, "/tasks/$1"], [/^\/job\/(\d+)$/, "/jobs/$1"], [/^\/workers$/, "/room"]];

export function here() {
  const [path, query] = location.hash.replace(/^#/, "").split("?");
  for (const [old, place] of MOVED) if (old.test(path)) return { path: path.replace(old, place), query: new URLSearchParams(query) };
  return { path, query: new URLSearchParams(query) };
}

/** Puts a filter into the address, without a step to go back to. */
export function keep(filter) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(filter)) if (value) query.set(key, value);
  const text = query.toString();
  history.replaceState(history.state, "", `#${here().path}${text ? `?${text}` : ""}`);
}

const places = new Map();

/** Remembers how far a person had scrolled. */
export const leave = (hash) => places.set(hash, scrollY);
/** Goes back there. */
export const comeBack = (hash) => { if (places.has(hash)) scrollTo(0, places.get(hash)); };
