// What the page says, in two languages. Whatever a task, a worker or a script calls itself stays as it is.
const WORDS = {
  en: {
    skip: "Skip to the content", tasks: "Tasks", workers: "Workers", rejected: "Rejected", events: "Events", language: "Language",
    queued: "queued", leased: "running", done: "done", unsuccessful: "script failed", failed: "given up", cancelled: "cancelled", all: "all", pick: "Pick",
    live: "Live", lost: "Connection lost; trying again. What you see may be old.", name: "Name", state: "State", worker: "Worker",
    attempts: "Attempts", since: "Since", size: "Size", actions: "Actions", filter: "Part of the name", byWorker: "Worker's name or id",
    older: "Older tasks", newest: "Newest", cancel: "Cancel", retry: "Run again", retryFailed: "Run all failed again", selected: "selected",
    upload: "Drop ZIPs here, or choose them", choose: "Choose ZIPs", accepted: "accepted", perSecond: "tasks a second", left: "left",
    throughput: "Finished tasks over the last hour", progress: "Progress", none: "Nothing here.",
    empty: "There are no tasks yet. Drop a ZIP with main.py and input.csv here, or into the folder", emptyWorkers:
      "Nobody works here yet. On any machine of this network: java -jar worker.jar", timeline: "What happened to it", output: "What it prints",
    stdout: "output", stderr: "errors", files: "Files of the result", download: "Download the result", package: "Download the package",
    show: "Show", submitted: "handed in", attempt: "attempt", onWorker: "on", why: "Why is it there?", slots: "Slots", holds: "Runs",
    delivered: "Delivered", lostCount: "Lost", heard: "Last heard", note: "Note", who: "Program", drain: "Drain", resume: "Resume", aside: "Put aside", forget: "Forget",
    masters: "Masters", group: "Group", term: "term", spare: "Masters that may still be lost", role: "Role", priority: "Priority", rank: "Rank",
    behind: "Entries behind", missing: "Missing", address: "Address", guest: "guest", aloneMaster:
      "This master is alone: its tasks wait while it is away. With --masters 3 on three machines, one may be lost without a stop.",
    reads: "Reads", anySize: "any size", ours: "ours", when: "When", what: "What", noRejected: "No package was rejected.", follow: "Follow", running: "running",
    cut: "Only the beginning is shown.", back: "All tasks", noOutput: "Nothing was printed yet.", ago: "ago", really: "Really?", changed: "tasks run again",
    scriptStarted: "its script started",
    clocks: "Clocks", fromLeader: "From the leader", error: "Error", fromMachine: "From its machine", unknownClock: "nothing known yet",
    notCounted: "not counted: too far from the others",
    channel: "Channel", join: "Join", leave: "Leave", yourName: "Your name", here: "Here", topics: "Topics", newTopic: "New topic", make: "Make",
    sayTo: "To", text: "Text", sayIt: "Say it", shown: "Shown", readers: "Who has read it", nobodyYet: "nobody yet", joined: "came", left_: "left", toPerson: "to",
    jobs: "Jobs", job: "Job", allJobs: "All jobs", job_waiting: "waits for others", job_queued: "queued", job_running: "running", job_succeeded: "succeeded",
    job_failed: "failed", job_cancelled: "cancelled", noSuccess: "Without success", olderJobs: "Older jobs", noJobs: "There are no jobs yet. Each package is one, and a folder too.",
    cancelJob: "Cancel the job", retryJob: "Run failed ones again", retryAll: "Run cancelled ones again too", forgetJob: "Forget the job", downloadAll: "Download everything",
    whyFailed: "Why tasks failed", example: "For example", input: "Input", result: "Result", uploadFolder: "Or choose a folder with main.py",
    joinFirst: "Join with a name to say something. What everybody may read is shown all the same.", channelWaiting: "The channel can't be read at present:",
  },
  pt: {
    masters: "Mestres", group: "Grupo", term: "mandato", spare: "Mestres que ainda podem faltar", role: "Papel", priority: "Prioridade", rank: "Posto",
    behind: "Entradas em atraso", missing: "Faltam", address: "Endereço", guest: "convidado", aloneMaster:
      "Este mestre está sozinho: as tarefas esperam enquanto ele falta. Com --masters 3 em três máquinas, uma pode faltar sem parada.",
    skip: "Ir para o conteúdo", tasks: "Tarefas", workers: "Trabalhadores", rejected: "Recusados", events: "Eventos", language: "Idioma",
    queued: "na fila", leased: "em execução", done: "concluída", unsuccessful: "script falhou", failed: "abandonada", cancelled: "cancelada",
    all: "todas", pick: "Marcar", live: "Ao vivo", lost: "Conexão perdida; tentando de novo. O que aparece pode ser antigo.", name: "Nome", state: "Estado",
    worker: "Trabalhador", attempts: "Tentativas", since: "Desde", size: "Tamanho", actions: "Ações", filter: "Parte do nome",
    byWorker: "Nome ou id do trabalhador", older: "Tarefas mais antigas", newest: "Mais novas", cancel: "Cancelar", retry: "Executar de novo",
    retryFailed: "Executar de novo todas que falharam", selected: "selecionadas", upload: "Solte ZIPs aqui, ou escolha", choose: "Escolher ZIPs",
    accepted: "aceita", perSecond: "tarefas por segundo", left: "restantes", throughput: "Tarefas concluídas na última hora", progress: "Progresso",
    none: "Nada aqui.", empty: "Ainda não há tarefas. Solte aqui um ZIP com main.py e input.csv, ou na pasta", emptyWorkers:
      "Ninguém trabalha aqui ainda. Em qualquer máquina desta rede: java -jar worker.jar", timeline: "O que aconteceu com ela",
    output: "O que ela imprime", stdout: "saída", stderr: "erros", files: "Arquivos do resultado", download: "Baixar o resultado",
    package: "Baixar o pacote", show: "Mostrar", submitted: "entregue", attempt: "tentativa", onWorker: "em", why: "Por que está aí?",
    slots: "Vagas", holds: "Executa", delivered: "Entregou", lostCount: "Perdeu", heard: "Última notícia", note: "Nota", who: "Programa",
    drain: "Esvaziar", resume: "Retomar", aside: "Pôr de lado", forget: "Esquecer", reads: "Lê", anySize: "qualquer tamanho", ours: "nosso", when: "Quando", what: "O quê",
    noRejected: "Nenhum pacote foi recusado.", follow: "Acompanhar", running: "em execução", cut: "Só o começo é mostrado.", back: "Todas as tarefas",
    noOutput: "Nada foi impresso ainda.", ago: "atrás", really: "Tem certeza?", changed: "tarefas executadas de novo",
    scriptStarted: "o script começou",
    clocks: "Relógios", fromLeader: "Do líder", error: "Erro", fromMachine: "Da sua máquina", unknownClock: "nada se sabe ainda",
    notCounted: "não contado: longe demais dos outros",
    channel: "Canal", join: "Entrar", leave: "Sair", yourName: "Seu nome", here: "Presentes", topics: "Assuntos", newTopic: "Novo assunto", make: "Criar",
    sayTo: "Para", text: "Texto", sayIt: "Dizer", shown: "Mostrado", readers: "Quem leu", nobodyYet: "ninguém ainda", joined: "entrou", left_: "saiu", toPerson: "para",
    jobs: "Trabalhos", job: "Trabalho", allJobs: "Todos os trabalhos", job_waiting: "espera por outros", job_queued: "na fila", job_running: "em execução",
    job_succeeded: "concluído", job_failed: "falhou", job_cancelled: "cancelado", noSuccess: "Sem sucesso", olderJobs: "Trabalhos mais antigos",
    noJobs: "Ainda não há trabalhos. Cada pacote é um, e uma pasta também.", cancelJob: "Cancelar o trabalho", retryJob: "Executar de novo as que falharam",
    retryAll: "Executar de novo também as canceladas", forgetJob: "Esquecer o trabalho", downloadAll: "Baixar tudo", whyFailed: "Por que tarefas falharam",
    example: "Por exemplo", input: "Entrada", result: "Resultado", uploadFolder: "Ou escolha uma pasta com main.py",
    joinFirst: "Entre com um nome para dizer algo. O que todos podem ler aparece de qualquer modo.", channelWaiting: "O canal não pode ser lido agora:",
  },
};

let language = "en";
try {
  language = localStorage.getItem("language") || (navigator.language.startsWith("pt") ? "pt" : "en");
} catch { /* a browser that keeps nothing */ }

export const currentLanguage = () => language;

export function chooseLanguage(name) {
  language = name in WORDS ? name : "en";
  try { localStorage.setItem("language", language); } catch { /* the same */ }
}

export const word = (key) => WORDS[language][key] ?? key;
