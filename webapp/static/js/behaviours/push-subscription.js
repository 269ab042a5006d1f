/* Notifications on this device. The permission is asked only after the person's own tap. */
import { bytes, forget, send } from "../lib/push.js";
import { part, say } from "../lib/words.js";

export default async function pushSubscription(box) {
  const ask = part(box, "ask");
  const status = part(box, "status");
  const tell = (key) => { status.textContent = say(box, key); };
  const stop = part(box, "stop");
  const on = () => { ask.hidden = true; stop.hidden = false; tell("sayOn"); };
  const off = () => { ask.hidden = false; stop.hidden = true; tell("sayOff"); };

  if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
    ask.hidden = true;
    const apple = "standalone" in navigator && !navigator.standalone;      // iOS gives push to installed apps only
    tell(apple ? "sayInstall" : "sayUnsupported");
    return;
  }
  if (Notification.permission === "denied") { tell("sayDenied"); return; }
  if (Notification.permission === "granted") {
    const worker = await navigator.serviceWorker.ready;
    const subscription = await worker.pushManager.getSubscription();
    if (subscription) {
      try { await send(box.dataset.url, subscription); on(); } catch { /* the button stays: one more tap */ }
    }
  }

  stop.addEventListener("click", async () => {
    const worker = await navigator.serviceWorker.ready;
    const subscription = await worker.pushManager.getSubscription();
    try {
      if (subscription) await forget(box.dataset.url, subscription);
      off();
    } catch (error) {
      console.error(error);
      tell("sayFailed");
    }
  });

  ask.addEventListener("click", async () => {
    ask.disabled = true;
    try {
      if (await Notification.requestPermission() !== "granted") { tell("sayDenied"); return; }
      const worker = await navigator.serviceWorker.ready;
      const options = { userVisibleOnly: true, applicationServerKey: bytes(box.dataset.key) };
      const old = await worker.pushManager.getSubscription();
      const subscription = old ?? await worker.pushManager.subscribe(options);
      await send(box.dataset.url, subscription);
      on();
    } catch (error) {
      console.error(error);
      tell("sayFailed");
    } finally {
      ask.disabled = false;
    }
  });
}
