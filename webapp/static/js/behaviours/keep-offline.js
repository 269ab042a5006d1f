/* On the page of a letter that waits: it is kept on the device by itself, or with a tap, which also keeps it from making
   room for others. <div data-behaviour="keep-offline" data-letter data-digest data-say-…> */
import { part, say } from "../lib/words.js";

export default function keepOffline(box) {
  const [button, status] = [part(box, "pin"), part(box, "status")];
  const { letter, digest } = box.dataset;
  const { person } = document.documentElement.dataset;
  const id = Number(letter);
  const tell = (key) => { status.textContent = say(box, key); };
  const show = (pinned) => {
    button.setAttribute("aria-pressed", String(pinned));
    button.querySelector("span").textContent = say(box, pinned ? "sayUnpin" : "sayPin");
    tell(pinned ? "sayPinned" : "sayKept");
  };

  async function keep(pinned) {
    const lib = await import("../offline/keep.js");
    const found = await lib.find(id, person);
    if (found?.digest === digest) {
      await lib.mark(id, { used: Date.now(), pinned: pinned ?? found.pinned });
      show(pinned ?? found.pinned);
      return;
    }
    tell("saySaving");
    try {
      await lib.keep(id, person, { pinned: pinned ?? false });
      show(pinned ?? Boolean(found?.pinned));
    } catch (error) {
      tell(error instanceof lib.NoRoom ? "sayFull" : "sayFailed");
      console.info("offline:", error);
    }
  }

  const able = "indexedDB" in window && "subtle" in (window.crypto ?? {}) && "serviceWorker" in navigator;
  box.hidden = !able;
  if (!able) return;
  button.addEventListener("click", async () => {
    const pinned = button.getAttribute("aria-pressed") !== "true";
    if (pinned) navigator.storage?.persist?.().catch(() => {});
    button.disabled = true;
    await keep(pinned).finally(() => { button.disabled = false; });
  });

  /* The pages first: what is read now must not wait for what may be read later. Without a worker nothing would read it. */
  const quiet = (task) => (window.requestIdleCallback ?? setTimeout)(task);
  const store = () => (navigator.connection?.saveData ? tell("saySparing") : keep().catch(() => tell("sayFailed")));
  const begin = () => navigator.serviceWorker.ready.then(() => quiet(store));
  if (document.readyState === "complete") begin(); else addEventListener("load", begin);
}
