/* Offers to install once the browser says it may; on iOS, where nothing says so, tells how. "Nanti saja" is remembered. */
import { part } from "../lib/words.js";

const KEY = "install-later";

export default function installPrompt(box) {
  if (matchMedia("(display-mode: standalone)").matches || navigator.standalone || localStorage.getItem(KEY)) return;
  let offer = null;
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event;
    box.hidden = false;
  });
  if (navigator.standalone === false) {
    part(box, "ios").hidden = false;
    part(box, "install").hidden = true;
    box.hidden = false;
  }
  part(box, "install").addEventListener("click", async () => {
    box.hidden = true;
    await offer?.prompt();
  });
  part(box, "later").addEventListener("click", () => {
    box.hidden = true;
    localStorage.setItem(KEY, "1");
  });
  addEventListener("appinstalled", () => { box.hidden = true; });
}
