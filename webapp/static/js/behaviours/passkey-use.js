/* <form data-behaviour="passkey-use">: its button asks the passkey, fills the form with the answer and sends it. Hidden
   until a browser that can do so has come. On a device that has used a passkey it is the first way, the code the other. */
import { get, isHere, isSupported, post, remember, sentence } from "../lib/passkeys.js";
import { part } from "../lib/words.js";

export default function passkeyUse(form) {
  const codeWay = document.getElementById(form.dataset.other);
  if (!isSupported()) return;
  form.hidden = false;
  const button = form.querySelector("button[type=submit]");
  const label = button.querySelector("span");
  const other = part(form, "other");
  const problem = part(form, "problem");
  const words = label.textContent;

  if (!codeWay || isHere(form.dataset.ids.split(" "))) first();
  else { button.classList.add("button--quiet"); codeWay.after(form); }

  function first() {
    button.dataset.first = "";
    if (!codeWay) return;
    const isWrong = codeWay.querySelector("[aria-invalid]");
    codeWay.hidden = !isWrong;
    other.hidden = Boolean(isWrong);
    if (form.closest("dialog[open]") && !isWrong) button.focus();
  }

  other.addEventListener("click", () => {
    codeWay.hidden = false;
    other.hidden = true;
    codeWay.querySelector("input:not([type=hidden])")?.focus();
  });

  const wake = () => {
    form.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
    label.textContent = words;
    for (const name of ["nonce", "assertion", "prf"]) form.elements[name].value = "";   // never kept on the page
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const reason = form.elements.reason;                     // written in another form, and signed together with the letter
    const written = reason && document.getElementById(reason.dataset.from);
    if (form.hasAttribute("aria-busy") || (written && !written.reportValidity())) return;
    if (written) reason.value = written.value;
    form.setAttribute("aria-busy", "true");
    button.setAttribute("aria-disabled", "true");
    label.textContent = form.dataset.sayBusy;
    problem.textContent = "";
    try {
      const answer = await get(await post(form.dataset.challenge, { digest: form.elements.digest?.value, reason: reason?.value }));
      for (const name of ["nonce", "assertion", "prf"]) form.elements[name].value = answer[name];
      remember(answer.id);
      form.submit();
      setTimeout(wake, 20_000);                              // a lost line never leaves a dead button
    } catch (error) {
      wake();
      problem.textContent = sentence(error, form.dataset);
    }
  });
  addEventListener("pageshow", (event) => { if (event.persisted) wake(); });
  addEventListener("offline", wake);
}
