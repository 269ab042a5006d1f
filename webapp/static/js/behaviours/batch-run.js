/* <form data-behaviour="batch-run" data-total="…" data-say-count data-say-offline>: asks for the next stretch until
   nothing is left. What is signed is durable, so a lost answer or connection costs nothing: it simply asks again. */
import { part, say } from "../lib/words.js";

export default async function batchRun(form) {
  const text = part(form, "text");
  for (;;) {
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: new FormData(form) });
    } catch {
      text.textContent = say(form, "sayOffline");
      await new Promise((resolve) => setTimeout(resolve, 3000));
      continue;
    }
    if (!answer.ok) { form.submit(); return; }               // the page of the error says why; asking again would for ever
    const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
    if (!told?.waiting) { location.reload(); return; }
    const done = Number(form.dataset.total) - told.waiting;
    form.querySelector("progress").value = done;
    text.textContent = say(form, "sayCount", { done, total: form.dataset.total });
  }
}
