/* Offers to install where something useful was just done, or where it was asked for (data-asked); on an iPhone, where
   nothing can be offered, shows how. "Nanti saja" is remembered for good. */
import { install, isInstalled, isOffered, isSafari } from "../lib/install.js";
import { part } from "../lib/words.js";

const KEY = "install-later";

export default function installPrompt(box) {
  if (isInstalled() || (localStorage.getItem(KEY) && !("asked" in box.dataset))) return;
  const show = () => { box.hidden = false; };
  if (isOffered()) show();
  addEventListener("teken:installable", show);
  if (isSafari()) {
    part(box, "ios").hidden = false;
    part(box, "install").hidden = true;
    show();
  }
  part(box, "install").addEventListener("click", async () => {
    box.hidden = true;
    await install();
  });
  part(box, "later").addEventListener("click", () => {
    removeEventListener("teken:installable", show);
    box.hidden = true;
    localStorage.setItem(KEY, "1");
  });
  addEventListener("appinstalled", () => { box.hidden = true; });
}
