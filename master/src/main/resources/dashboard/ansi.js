// What a script printed, as a terminal shows it: colours, and lines that are written over.
import { h } from "./parts.js";

/** A page with more pieces is slow; the rest is shown without colours. */
const MAX_PIECES = 4000;
/** A longer line that is written over is cut at its last return, not letter by letter. */
const MAX_CELLS = 20000;
const CONTROL = /\x1b\[([0-9;:?]*)([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]|[\x00-\x07\x0b-\x0c\x0e-\x1a\x1c-\x1f\x7f]/g;

/** The style after a code such as "1;32". */
function styled(style, codes) {
  const next = { ...style };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (code === 0) return styled({}, codes.slice(i + 1));
    if (code === 1) next.bold = true;
    else if (code === 2) next.faint = true;
    else if (code === 4) next.under = true;
    else if (code === 22) { next.bold = false; next.faint = false; } else if (code === 24) next.under = false;
    else if (code >= 30 && code <= 37) next.colour = code - 30;
    else if (code >= 90 && code <= 97) next.colour = code - 90;
    else if (code === 39) next.colour = undefined;
    else if (code === 38 || code === 48) i += codes[i + 1] === 5 ? 2 : 4; // colours of a palette are left out
  }
  return next;
}

const classOf = (style) => [style.colour !== undefined ? `c${style.colour}` : "", style.bold ? "b" : "", style.faint ? "f" : "", style.under ? "u" : ""]
  .filter(Boolean).join(" ");

/** One line as pieces of one style each; says how the style goes on. */
function pieces(line, style) {
  const cells = [];
  let at = 0, now = style, end = 0;
  const write = (text) => { for (const letter of text) cells[at++] = [letter, now]; };
  CONTROL.lastIndex = 0;
  const put = (text) => text.split(/([\r\b])/).forEach((part) => {
    if (part === "\r") at = 0; else if (part === "\b") at = Math.max(0, at - 1); else write(part);
  });
  for (let match = CONTROL.exec(line); match; match = CONTROL.exec(line)) {
    put(line.slice(end, match.index));
    end = CONTROL.lastIndex;
    if (match[2] === "m") now = styled(now, (match[1] || "0").split(/[;:]/).map(Number));
    else if (match[2] === "K") { if (match[1] === "2") cells.fill([" ", now]); else cells.length = Math.min(cells.length, at); }
  }
  put(line.slice(end));
  const found = [];
  for (let i = 0; i < cells.length; i++) {
    const [letter, as] = cells[i] ?? [" ", {}];
    const last = found.at(-1);
    if (last && last.as === as) last.text += letter; else found.push({ as, text: letter });
  }
  return { found: found.map(({ as, text }) => ({ text, style: classOf(as) })), style: now };
}

const plainLine = (line) => {
  const text = line.replace(CONTROL, "").replace(/\r+$/, "");
  return text.slice(text.lastIndexOf("\r") + 1);
};

/** Lines, each a list of { text, style }. */
export function lines(text) {
  let style = {}, made = 0;
  return text.split("\n").map((line) => {
    if (made > MAX_PIECES || line.length > MAX_CELLS || !/[\x1b\r\b]/.test(line)) {
      const plain = plainLine(line), as = classOf(style);
      return plain ? [{ text: plain, style: as }] : [];
    }
    const result = pieces(line, style);
    style = result.style;
    made += result.found.length;
    return result.found;
  });
}

export const textOf = (line) => line.map((piece) => piece.text).join("");
export const shown = (line) => line.map((piece) => piece.style ? h("span", { class: piece.style }, piece.text) : piece.text);
