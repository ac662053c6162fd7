// The API for people, by Swagger UI. What can be asked can be tried here; the browser's own cookie lets it in.
import { currentLanguage, word } from "./words.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", paint);
paint();

document.documentElement.lang = currentLanguage() === "pt" ? "pt-BR" : "en";
for (const each of document.querySelectorAll("[data-word]")) each.textContent = word(each.dataset.word);
for (const each of document.querySelectorAll("[data-label]")) each.setAttribute("aria-label", word(each.dataset.label));

const nothing = () => null;

/** The cookie is enough, so nobody logs in here; a button in a button can't be reached; and what stands above is said in both languages. */
const adapted = () => ({
  components: { authorizeBtn: nothing, authorizeOperationBtn: nothing, CopyToClipboardBtn: nothing, InfoContainer: nothing },
});

/** What scrolls can be reached by keys, and no two regions have one name. */
new MutationObserver(() => {
  for (const each of document.querySelectorAll("#docs pre:not([tabindex])")) each.tabIndex = 0;
  for (const each of document.querySelectorAll("#docs table[role=region]")) each.removeAttribute("role");
}).observe(document.getElementById("docs"), { childList: true, subtree: true });

window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  validatorUrl: null, // it would ask another host
  plugins: [adapted],
  docExpansion: "list",
  defaultModelsExpandDepth: -1, // each answer shows its own
  displayRequestDuration: true,
  requestInterceptor: (request) => { // what it shows is said in the page's language
    request.headers["Accept-Language"] ??= currentLanguage();
    if (request.method && request.method !== "GET") request.headers["X-Mutirao"] ??= "1";
    return request;
  },
});
