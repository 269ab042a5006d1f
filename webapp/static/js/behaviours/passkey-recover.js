/* A button that presents a passkey once: it opens the signing key, or gives it back after a forgotten password. */
import { isSupported, sentence, tie } from "../lib/passkeys.js";
import { part } from "../lib/words.js";

export default function passkeyRecover(box) {
  const button = box.querySelector("button");
  const status = part(box, "status");
  button.disabled = !isSupported();
  button.addEventListener("click", async () => {
    button.disabled = true;
    status.textContent = "";
    try {
      await tie(box.dataset.challenge, box.dataset.key);
      location.reload();
    } catch (error) {
      status.textContent = sentence(error, box.dataset);
      button.disabled = false;
    }
  });
}
