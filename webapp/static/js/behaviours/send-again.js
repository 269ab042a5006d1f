/* <form data-behaviour="send-again"> of a stranger, whose file is kept nowhere: nothing can go on where a line broke. So the
   page stays while the file goes, and after a cut says so; the file is still chosen, and one tap sends it again. */
import { start } from "../../app.js";
import { part, say } from "../lib/words.js";

const SILENCE = 60;   // seconds without a byte until it is said

export default function sendAgain(form) {
  const button = form.querySelector("button[type=submit]");
  const label = button.querySelector("span");
  const trouble = part(form, "trouble");
  const words = label.textContent;
  const percents = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
  let request = null;   // the one that counts
  let timer;

  function rest(told) {
    clearTimeout(timer);
    form.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
    label.textContent = told ? say(trouble, "sayAgain") : words;
    trouble.hidden = !told;
    part(trouble, "told").textContent = told;
  }

  function busy(sentence, seconds) {
    clearTimeout(timer);
    trouble.hidden = true;
    form.setAttribute("aria-busy", "true");
    button.setAttribute("aria-disabled", "true");
    label.textContent = sentence;
    timer = setTimeout(() => rest(say(trouble, "saySlow")), seconds * 1000);   // it goes on, and so may the person
  }

  async function fail() {
    request = null;
    try {
      await form.querySelector("input[type=file]").files[0]?.slice(0, 1).arrayBuffer();
      rest(say(trouble, "sayCut"));
    } catch {   // moved or changed since: no line brings it
      rest(say(trouble, "sayGone"));
    }
  }

  /* The answer is the page itself. An error page is not: it would take the chosen file away. */
  function show(page) {
    const main = page?.querySelector("main.letterhead");
    request = null;
    rest(main ? "" : page?.querySelector("main p")?.textContent ?? say(trouble, "sayCut"));
    if (!main) return;
    document.title = page.title;
    document.querySelector("main").replaceWith(document.adoptNode(main));
    for (const element of main.querySelectorAll("[data-behaviour]")) start(element);
    const heading = main.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  function send() {
    const mine = request = new XMLHttpRequest();   // fetch tells nobody how far a file has come
    const counts = (told) => (event) => { if (request === mine) told(event); };
    const sent = ({ loaded, total }) => busy(say(trouble, "saySent", { percent: percents.format(Math.floor(100 * loaded / total) / 100) }), SILENCE);
    mine.upload.addEventListener("progress", counts(sent));
    mine.upload.addEventListener("load", counts(() => busy(form.dataset.sayBusy, Number(form.dataset.wait))));
    mine.addEventListener("load", counts(() => show(mine.response)));
    mine.addEventListener("error", counts(fail));
    mine.open("POST", form.action);
    mine.responseType = "document";
    mine.send(new FormData(form));
    busy(form.dataset.sayBusy, SILENCE);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    const left = request;
    send();
    left?.abort();   // after a long silence: it counts no more
  });
  form.addEventListener("change", () => {   // another file than the one that is still on its way, or was refused
    if (form.hasAttribute("aria-busy")) return;
    const left = request;
    request = null;
    left?.abort();
    rest("");
  });
}
