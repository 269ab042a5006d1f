/* <button data-behaviour="share" data-url="…" data-title="…" data-text="…">: the phone's own sheet, else the address is
   copied. Title and text say nothing of the letter. */
import { copy } from "./copy.js";

export default function share(button) {
  const { url, title, text } = button.dataset;
  button.addEventListener("click", async () => {
    try {
      if (!navigator.share) throw new TypeError("no sheet");
      await navigator.share({ url, title, text });
    } catch (error) {
      if (error.name !== "AbortError") await copy(button, url);   // else the person changed their mind
    }
  });
}
