/* The forms of decisions on the offline page. What is typed is kept, encrypted, as it is typed; what is decided is queued. */
import "./shelf.js";
import { note } from "./server.js";
import { part, say } from "../lib/words.js";

const { shelf } = self;
const draftKey = (letter, kind) => `draft ${letter.id} ${kind}`;

const about = ({ id, digest, subject, number }, kind, text) => ({ letter: id, digest, subject, number, kind, text, at: Date.now() });

async function restore(box, form, letter, kind) {
  const found = (await shelf.decisions()).find((one) => one.key === draftKey(letter, kind));
  if (!found?.text || form.text.value) return;
  form.text.value = found.text;
  form.closest("details").open = true;
  part(form, "status").textContent = say(box, "saySaved");
}

function keepDraft(form, letter, kind) {
  let timer;
  const save = () => shelf.decide({ ...about(letter, kind, form.text.value), key: draftKey(letter, kind), draft: true });
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
      await shelf.decide({ ...about(letter, kind, form.text?.value.trim() ?? ""), key: crypto.randomUUID() });
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

/* One decision a letter: where one waits, the forms come back when it is taken back. */
export function offer(box, letter, waiting) {
  const decided = waiting.some((one) => one.letter === letter.id && !one.refused);
  part(box, "decide").hidden = decided || !letter.may.length;
  for (const card of part(box, "decide").querySelectorAll(".card")) {
    card.hidden = !letter.may.includes(card.dataset.kind);
    if (!card.hidden && !decided) ready(box, card.querySelector("form"), letter);
  }
}
