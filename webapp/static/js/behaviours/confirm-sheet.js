/* A <dialog> that any link to its id opens. Without this module the address itself opens it (:target). */
import { part } from "../lib/words.js";

export default function confirmSheet(dialog) {
  let opener = null;
  const show = () => {
    dialog.open = false;
    dialog.showModal();
    (dialog.querySelector("[aria-invalid]") ?? dialog.querySelector("[data-first]") ?? dialog.querySelector("input:not([type=hidden]), textarea, select"))?.focus();
  };
  const hide = () => dialog.close();

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(`a[href="#${CSS.escape(dialog.id)}"]`);
    if (!link) return;
    event.preventDefault();
    opener = link;
    show();
  });
  part(dialog, "close")?.addEventListener("click", (event) => { event.preventDefault(); hide(); });
  dialog.addEventListener("click", (event) => {
    if (event.target !== dialog) return;               // the veil, not the sheet: but only outside its box
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) hide();
  });
  dialog.addEventListener("close", () => opener?.focus());

  /* An address with the sheet's id, from elsewhere or from before this module came: the same sheet, properly open. */
  const addressed = () => {
    if (location.hash !== `#${dialog.id}`) return false;
    history.replaceState(history.state, "", location.pathname + location.search);
    return true;
  };
  addEventListener("hashchange", () => { if (addressed()) show(); });
  if (addressed() || dialog.open) show();
}
