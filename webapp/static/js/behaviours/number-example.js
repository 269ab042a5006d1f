/* What a number pattern makes, said while it is typed. The server knows the rules; an answer that comes late is dropped. */
import { part, say } from "../lib/words.js";

const PAUSE = 250;

export default function numberExample(box) {
  const input = box.querySelector("input");
  const status = part(box, "example");
  let timer;
  let asked = 0;
  const ask = async () => {
    asked += 1;
    const mine = asked;
    if (!input.value.trim()) { status.textContent = ""; return; }
    const answer = await fetch(`${box.dataset.url}?${new URLSearchParams({ pattern: input.value })}`).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    const { kind, text } = await answer.json();
    if (mine === asked) status.textContent = kind === "ok" ? say(box, "sayOk", { text }) : text;
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
}
