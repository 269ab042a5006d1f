/* Below a form's <input type=file>: a larger file goes ahead in pieces while the form is filled in, and the form then
   names it by its digest. A cut costs a piece at most. Whatever the server refuses goes with the form, as without JavaScript.
   Of several files in a form each has its own; the form waits for all of them. */
import { digestOf, forget, Refused, send } from "../lib/transfers.js";
import { part, say } from "../lib/words.js";

const SMALL = 256 * 1024;   // bytes: goes with the form at once
const STEP = 0.25;          // of the file, between two announcements to a screen reader
const CODE_LIFE = 30_000;   // ms: an authenticator's code that was typed before is another one by then

export default function resumableUpload(box) {
  const input = box.closest(".field").querySelector("input[type=file]");
  const { form } = input;
  const number = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const percents = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
  const megabytes = (bytes) => number.format(bytes / 1e6);
  let run = null;        // {file, control, digest, submitter, askedAt, isWhole}: what is on its way
  let announced = 0;

  const tell = (sentence, aloud = true) => {
    part(box, "shown").textContent = sentence;
    if (aloud) part(box, "told").textContent = sentence;
  };

  function show({ offset, seconds }) {
    const { size } = run.file;
    const done = offset / size;
    const percent = percents.format(Math.floor(100 * done) / 100);
    part(box, "bar").max = size;
    part(box, "bar").value = offset;
    if (seconds) { tell(say(box, "sayCut", { percent, seconds })); return; }
    const isStep = done >= announced + STEP;
    if (isStep) announced = done;
    tell(say(box, "saySent", { done: megabytes(offset), all: megabytes(size), percent }), isStep);
  }

  function finish(sentence, isOver) {
    const { submitter, askedAt } = run;
    tell(sentence);
    part(box, "cancel").hidden = isOver;
    part(box, "then").hidden = true;
    run = isOver ? null : { ...run, isWhole: true };
    if (!askedAt) return;
    const code = form.querySelector("[autocomplete=one-time-code]");
    if (code && Date.now() - askedAt > CODE_LIFE) {   // a stale one would only cost an attempt
      tell(say(box, "sayCode"));
      code.value = "";
      code.focus();
    } else form.requestSubmit(submitter);
  }

  async function go(file) {
    const control = new AbortController();
    const mine = { file, control, digest: "", submitter: null, askedAt: 0 };
    run = mine;
    announced = 0;
    box.hidden = false;
    part(box, "cancel").hidden = false;
    part(box, "bar").removeAttribute("value");
    tell(say(box, "sayReading"));
    try {
      mine.digest = await digestOf(file);
      await send(file, mine.digest, { url: box.dataset.url, signal: control.signal, told: (at) => { if (run === mine) show(at); } });
      if (run === mine) finish(say(box, "sayWhole", { all: megabytes(file.size) }), false);
    } catch (error) {
      if (run === mine && error instanceof Refused) finish(say(box, "sayPlain"), true);
    }
  }

  function stop() {
    run?.control.abort();
    run = null;
    box.hidden = true;
  }

  input.addEventListener("change", () => {
    stop();
    const [file] = input.files;
    if (file && file.size > SMALL && file.size <= Number(input.dataset.max) && crypto.subtle) go(file);
  });

  part(box, "cancel").addEventListener("click", () => {
    if (run?.digest) forget(box.dataset.url, run.digest);
    stop();
    input.value = "";
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  });

  /* Before submit-once and the others: the form is not on its way as long as its file is not. */
  form.addEventListener("submit", (event) => {
    if (run && !run.isWhole) {
      event.preventDefault();
      event.stopImmediatePropagation();
      run.submitter = event.submitter;
      run.askedAt ||= Date.now();
      part(box, "then").hidden = false;
      part(box, "told").textContent = part(box, "then").textContent;
      box.scrollIntoView({ block: "center" });
    }
  }, { capture: true });

  form.addEventListener("formdata", ({ formData }) => {
    if (!run?.isWhole) return;
    formData.delete(input.name);   // it is there already
    formData.set(`${input.name}_transfer`, run.digest);
    formData.set(`${input.name}_filename`, run.file.name);
  });
}
