/* The six digits: pasted text is cleaned, nothing is sent by itself, and a second tap on the button does nothing. */
import { once } from "./submit-once.js";

export default function codeInput(input) {
  input.addEventListener("input", () => {
    const digits = input.value.replace(/\D/g, "").slice(0, 6);
    if (digits !== input.value) input.value = digits;
  });
  if (input.form) once(input.form, input.dataset.sayBusy);
}
