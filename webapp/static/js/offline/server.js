/* What the device asks the server. A log-in that is over is answered with a redirect: then everything kept here goes. */
import "./shelf.js";
import { token } from "../lib/words.js";

const FLAG = "offline";                  // that something is kept, and how many decisions wait: pages look no further

export class Over extends Error {}       // the log-in has ended

export const isUsed = () => localStorage.getItem(FLAG) !== null;
export const hasQueue = () => Number(localStorage.getItem(FLAG)) > 0;
export const note = (count) => localStorage.setItem(FLAG, String(count));

export async function destroy() {
  await self.shelf.destroy();
  localStorage.removeItem(FLAG);
}

/* -> [status, body]. Throws Over, or TypeError where there is no network. */
export async function ask(path, sent) {
  const options = { headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store" };
  if (sent) {
    options.method = "POST";
    options.headers = { ...options.headers, "Content-Type": "application/json", "X-CSRFToken": token() };
    options.body = JSON.stringify(sent);
  }
  const answer = await fetch(path, options);
  if (answer.type === "opaqueredirect") {
    await destroy();
    throw new Over();
  }
  return [answer.status, await answer.json().catch(() => ({}))];
}

export async function read(path, sent) {
  const [status, told] = await ask(path, sent);
  if (status !== 200) throw new Error(`${path}: ${status}`);
  return told;
}

/* The keys of this log-in, once. */
export async function unlock(person) {
  const meta = await self.shelf.isThere() ? await self.shelf.meta() : null;
  if (meta?.person === person && await self.shelf.get("keys", "letters")) return;
  if (meta && meta.person !== person) await destroy();
  const { keys, device, until } = await read("/offline/key", {});
  if (meta?.person === person && meta.device !== device) await destroy();
  await self.shelf.take(keys, { person, device, until, lang: document.documentElement.lang });
  if (!isUsed()) note(0);
}
