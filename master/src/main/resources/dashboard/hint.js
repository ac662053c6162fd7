// Says once in a room without a key what that means, and how to change it.
import { h, render } from "./parts.js";
import { learn, word } from "./words.js";

learn({
  en: {
    noKeyTitle: "This room has no key.",
    noKeyMeans: "Everybody who reaches the master's port can run code on its workers, and read all results.",
    noKeyChange: "Where you don't trust the network, make one:",
    noKeyMore: "and start all programs with --secret room.secret; see",
    understood: "Got it",
  },
  pt: {
    noKeyTitle: "Esta sala não tem chave.",
    noKeyMeans: "Todos que alcançam a porta do mestre podem executar código nos trabalhadores e ler todos os resultados.",
    noKeyChange: "Se a rede não é de confiança, faça uma:",
    noKeyMore: "e inicie todos os programas com --secret room.secret; veja",
    understood: "Entendi",
  },
});

const SEEN = "no-key-seen";
let seen = false;
try { seen = localStorage.getItem(SEEN) === "1"; } catch { /* a browser that keeps nothing */ }

export function drawHint(place, status) {
  place.hidden = seen || status.masters.keyed;
  const close = () => {
    seen = true;
    try { localStorage.setItem(SEEN, "1"); } catch { /* then it is said again next time */ }
    drawHint(place, status);
    document.getElementById("main").focus({ preventScroll: true });
  };
  render(place.hidden ? null : [
    h("p", {}, h("b", {}, word("noKeyTitle")), " ", word("noKeyMeans"), " ", word("noKeyChange"), " ", h("code", { class: "command" }, "mutirao secret new room.secret"), " ", word("noKeyMore"), " ", h("code", {}, "docs/secure-room.md"), "."),
    h("button", { type: "button", onclick: close }, word("understood")),
  ], place);
}
