/* <button data-behaviour="share" data-url="…" data-title="…">: the phone's own sheet, else the address is copied. */
import { copy } from "./copy.js";

export default function share(button) {
  const { url, title } = button.dataset;
  button.addEventListener("click", async () => {
    if (!navigator.share) { await copy(button, url); return; }
    try { await navigator.share({ url, title }); } catch { /* the person changed their mind */ }
  });
}
