/* The browser's push subscription and the server's copy of it. */
import { token } from "./words.js";

export const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

export async function send(url, subscription) {
  const { endpoint, keys } = subscription.toJSON();
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify({ endpoint, keys }),
  });
  if (!answer.ok || answer.redirected) throw new Error(`subscription refused: ${answer.status}`);
  localStorage.setItem("push-endpoint", endpoint);
}

/* The server first: it must not go on telling a device that no longer listens. */
export async function forget(url, subscription) {
  const answer = await fetch(`${url}/delete`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify({ endpoint: subscription.endpoint }),
  });
  if (!answer.ok || answer.redirected) throw new Error(`not forgotten: ${answer.status}`);
  localStorage.removeItem("push-endpoint");
  await subscription.unsubscribe();
}

/* Browsers renew subscriptions by themselves; the server hears of it when the person next opens any page. */
export async function renew(url) {
  if (!url || !("PushManager" in window) || Notification.permission !== "granted") return;
  const worker = await navigator.serviceWorker.ready;
  const subscription = await worker.pushManager.getSubscription();
  if (subscription && subscription.endpoint !== localStorage.getItem("push-endpoint")) await send(url, subscription);
}
