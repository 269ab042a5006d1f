/* The forms of decisions on the offline page. What is typed is kept, encrypted, as it is typed; what is decided is queued. */
import "./shelf.js";
import { note } from "./server.js";
import { part, say } from "../lib/words.js";

const { shelf } = self;
const draftKey = (letter, kind) => `draft ${letter.id} ${kind}`;

/* What the form says now; of a choice also its words, for the queue. */
function about({ id, digest, subject, number }, { dataset: { kind }, text, to }) {
  const chosen = to?.offsetParent ? to.selectedOptions[0] : null;
  return {
    letter: id, digest, subject, number, kind, text: text?.value.trim() ?? "", to: Number(chosen?.value ?? 0),
    name: chosen?.text ?? "", at: Date.now(),
  };
}

/* The letter may go back to an earlier step, or a colleague be asked whom no question waits for yet. -> how many */
function fill(form, { id, choices }, waiting) {
  const { kind } = form.dataset;
  const isAsked = (to) => waiting.some((one) => one.letter === id && one.kind === "ask" && one.to === to && !one.refused);
  const offered = (choices?.[kind] ?? []).filter(([to]) => kind !== "ask" || !isAsked(to));
  form.to.replaceChildren(...offered.map(([to, name]) => new Option(name, to)));
  form.to.parentElement.hidden = kind === "return" && offered.length < 2;
  return offered.length;
}

async function restore(box, form, letter, kind) {
  const found = (await shelf.decisions()).find((one) => one.key === draftKey(letter, kind));
  if (!found?.text || form.text.value) return;
  form.text.value = found.text;
  if (form.to?.querySelector(`[value="${found.to}"]`)) form.to.value = found.to;
  form.closest("details").open = true;
  part(form, "status").textContent = say(box, "saySaved");
}

function keepDraft(form, letter, kind) {
  let timer;
  const save = () => shelf.decide({ ...about(letter, form), key: draftKey(letter, kind), draft: true });
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => save().catch(() => {}), 200); });
  addEventListener("pagehide", () => { if (form.text.value) save().catch(() => {}); });
  return () => clearTimeout(timer);
}

function ready(box, form, letter) {
  const { kind } = form.dataset;
  const stop = form.text ? keepDraft(form, letter, kind) : () => {};
  if (form.text) restore(box, form, letter, kind).catch(() => {});
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    stop();
    try {
      await shelf.decide({ ...about(letter, form), key: crypto.randomUUID() });
      if (form.text) form.text.value = "";
      await shelf.remove("decisions", draftKey(letter, kind));
      note((await shelf.decisions()).filter((one) => !one.draft).length);
      location.reload();
    } catch (error) {
      console.info("offline:", error);
      part(form, "status").textContent = say(box, "sayFailed");
    }
  });
}

/* One decision a letter, beside any questions: where one waits, the forms come back when it is taken back. */
export function offer(box, letter, waiting) {
  const decided = waiting.some((one) => one.letter === letter.id && one.kind !== "ask" && !one.refused);
  part(box, "decide").hidden = decided || !letter.may.length;
  for (const card of part(box, "decide").querySelectorAll(".card")) {
    const { kind } = card.dataset;
    const form = card.querySelector("form");
    const count = form.to && fill(form, letter, waiting);
    card.hidden = !letter.may.includes(kind) || (kind === "ask" && !count);
    if (!card.hidden && !decided) ready(box, form, letter);
  }
}
