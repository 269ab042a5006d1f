/* <form data-behaviour="passkey-enrol">: makes a passkey on this device, registers it, and lets it open the key. */
import { create, isSupported, post, remember, sentence, tie } from "../lib/passkeys.js";
import { part } from "../lib/words.js";

export default function passkeyEnrol(form) {
  const status = part(form, "status");
  const { options, url, challenge, key } = form.dataset;
  if (!isSupported()) { status.textContent = form.dataset.sayUnsupported; form.querySelector("button").disabled = true; return; }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    status.textContent = form.dataset.sayBusy;
    try {
      const code = form.elements.code.value;
      form.elements.code.value = "";                         // each code counts once
      const { id, hasPrf, ...made } = await create(await post(options, { code }));
      await post(url, { ...made, name: form.elements.name.value });
      remember(id);
      if (key && hasPrf) {
        status.textContent = form.dataset.sayKey;
        await tie(challenge, key).catch(() => {});           // done at the first approval otherwise
      }
      location.reload();
    } catch (error) {
      status.textContent = sentence(error, form.dataset);
      form.elements.code.focus();
    } finally {
      form.removeAttribute("aria-busy");
    }
  });
}
