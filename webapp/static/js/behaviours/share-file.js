/* <button hidden data-behaviour="share-file" data-file="…" data-name="…" data-text="…">: the PDF itself to another app.
   Stays hidden where the browser cannot do that: the download beside it leads there too. */
import { say } from "../lib/words.js";

export default function shareFile(button) {
  const { file: address, name, text } = button.dataset;
  const asPdf = (parts) => new File(parts, name, { type: "application/pdf" });
  if (!navigator.canShare?.({ files: [asPdf(["%PDF-"])] })) return;
  const label = button.querySelector("span");
  const words = label.textContent;
  let file = null;
  button.hidden = false;

  async function fetched() {
    const answer = await fetch(address);
    if (!answer.ok || answer.headers.get("Content-Type") !== "application/pdf") throw new TypeError("no file");
    return asPdf([await answer.blob()]);
  }

  async function share() {
    label.textContent = say(button, "sayBusy");
    try {
      file ??= await fetched();
      await navigator.share({ files: [file], text });
      label.textContent = words;
    } catch (error) {
      const isLate = error.name === "NotAllowedError" && file;   // a slow line: the tap does not count any more
      label.textContent = error.name === "AbortError" ? words : say(button, isLate ? "sayReady" : "sayFailed");
    }
  }

  button.addEventListener("click", async () => {
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    await share();
    button.ariaBusy = "false";
  });
}
