/* <form data-behaviour="pick-all" data-say-count="… {count} …">: one box for all others, and the button tells how many. */
import { part, say } from "../lib/words.js";

export default function pickAll(form) {
  const all = part(form, "all");
  const boxes = [...form.querySelectorAll("input[name=letter]:not(:disabled)")];
  const button = document.querySelector(`button[form="${form.id}"]`);
  const tell = () => {
    const count = boxes.filter((box) => box.checked).length;
    if (all) { all.checked = count === boxes.length; all.indeterminate = count > 0 && count < boxes.length; }
    if (button) {
      button.disabled = count === 0;
      button.querySelector("span").textContent = say(form, "sayCount", { count });
    }
  };
  all?.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; tell(); });
  form.addEventListener("change", tell);
  addEventListener("pageshow", tell);
  tell();
}
