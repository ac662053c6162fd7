// Who looks at the page, and what he may do. What he may not is not shown; the master refuses it all the same.
import { act, h, post, render } from "./parts.js";
import { menu } from "./menu.js";
import { learn, word } from "./words.js";

learn({
  en: {
    signedInAs: "Signed in as {role}, badge {number}.",
    signedInAsHolder: "Signed in as {role} {holder}, badge {number}.",
    signedInByToken: "Signed in with this master's token, which may do everything.",
    signOut: "Sign out",
    role_operator: "operator",
    role_submitter: "submitter",
    role_worker: "worker",
    role_viewer: "viewer",
    may_operator: "May do everything but make secrets",
    may_submitter: "Hands in, and sees and changes its own jobs",
    may_worker: "Takes tasks and delivers results",
    may_viewer: "Sees everything and changes nothing",
  },
  pt: {
    signedInAs: "Entrou como {role}, crachá {number}.",
    signedInAsHolder: "Entrou como {role}: {holder}, crachá {number}.",
    signedInByToken: "Entrou com o token deste mestre, que pode tudo.",
    signOut: "Sair",
    role_operator: "operador",
    role_submitter: "quem entrega",
    role_worker: "trabalhador",
    role_viewer: "observador",
    may_operator: "Pode tudo, menos fazer segredos",
    may_submitter: "Entrega, e vê e muda os próprios trabalhos",
    may_worker: "Pega tarefas e entrega resultados",
    may_viewer: "Vê tudo e não muda nada",
  },
});

/** submit: hand in, and cancel and repeat jobs. watch: see what all do and say. operate: everything else. */
const MAY = { submitter: ["submit"], viewer: ["watch"] };

let me = { who: "anybody" };

export function know(person) {
  me = person;
  for (const each of document.querySelectorAll("[data-may]")) each.hidden = !may(each.dataset.may);
}

export const may = (what) => MAY[me.role]?.includes(what) ?? true;

function inWords() {
  if (!me.role) return word("signedInByToken");
  return word(me.holder ? "signedInAsHolder" : "signedInAs", { role: word(`role_${me.role}`), holder: me.holder, number: me.number });
}

/** Where nobody is asked who he is, there is nothing to say. */
export function drawMe(place) {
  if (me.who === "anybody") return;
  const signOut = act(async () => { await post("/api/sign-out"); location.assign("/"); });
  const name = me.holder || word(`role_${me.role ?? "operator"}`);
  render(menu(`${name} ▾`, inWords(), h("p", {}, inWords()), me.role ? h("p", { class: "quiet" }, word(`may_${me.role}`)) : null,
    h("button", { type: "button", onclick: signOut }, word("signOut"))), place);
}
