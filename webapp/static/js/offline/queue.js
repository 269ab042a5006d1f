/* The decisions that wait for a signal, as they are shown: what, in which state, and how to take them back. */
import "./shelf.js";
import { part, say } from "../lib/words.js";

const { shelf } = self;
const CONSENT = ["sign", "reject"];

const stateOf = (box, { refused, url, kind }) =>
  refused ? say(box, "sayRefused", { reason: refused })
    : say(box, url ? "sayConfirm" : CONSENT.includes(kind) ? "sayToConfirm" : "sayWaiting");

function item(box, decision) {
  const { kind, letter, subject, number, text, refused, url, name } = decision;
  const row = part(box, "decision").content.firstElementChild.cloneNode(true);
  const kindName = say(box, `kind${kind[0].toUpperCase()}${kind.slice(1)}`);
  part(row, "what").textContent = `${kindName}: ${subject || number || letter}`;
  part(row, "state").textContent = stateOf(box, decision);
  part(row, "to").textContent = say(box, "sayTo", { name });
  part(row, "to").hidden = !name;
  part(row, "text").textContent = text;
  part(row, "text").hidden = !text;
  const confirm = part(row, "confirm");
  confirm.hidden = !url || Boolean(refused);
  confirm.href = url ?? "#";
  confirm.addEventListener("click", async (event) => {
    event.preventDefault();
    const [{ prefill }, meta] = await Promise.all([import("./sync.js"), shelf.meta()]);
    prefill(decision, meta.person);
    location.assign(url);
  });
  const undo = part(row, "undo");
  undo.querySelector("span").textContent = say(box, refused ? "sayDrop" : "sayUndo");
  undo.addEventListener("click", async () => {
    await shelf.remove("decisions", decision.key);
    location.reload();
  });
  return row;
}

/* -> the decisions, drafts left out. */
export async function queue(box) {
  const found = (await shelf.decisions()).filter((one) => !one.draft);
  part(box, "queued").replaceChildren(...found.map((one) => item(box, one)));
  part(box, "queue").hidden = !found.length;
  return found;
}
