/* What a page asks the server for what this device keeps. A log-in that is over is answered with a redirect: then
   everything kept here goes. */
import "./shelf.js";
import "./sending.js";
import { token } from "../lib/words.js";

const FLAG = "offline";                  // that something is kept, and how many decisions wait: pages look no further
const { sending, shelf } = self;

export const { Over } = sending;

export const isUsed = () => localStorage.getItem(FLAG) !== null;
export const hasQueue = () => Number(localStorage.getItem(FLAG)) > 0;

/* What waits is sent by the next page of the log-in, or where the browser can (sync) by the worker, page or no page. */
export function note(count) {
  localStorage.setItem(FLAG, String(count));
  if (count) navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("decisions")).catch(() => {});
}

export async function destroy() {
  await shelf.destroy();
  localStorage.removeItem(FLAG);
}

const goes = (error) => { if (error instanceof Over) localStorage.removeItem(FLAG); throw error; };
export const flush = () => sending.flush(token()).catch(goes);

export async function read(path, sent) {
  const [status, told] = await sending.ask(path, token(), sent).catch(goes);
  if (status !== 200) throw new Error(`${path}: ${status}`);
  return told;
}

/* The keys of this log-in, once. */
export async function unlock(person) {
  const meta = await shelf.isThere() ? await shelf.meta() : null;
  if (meta?.person === person && await shelf.get("keys", "letters")) return;
  if (meta && meta.person !== person) await destroy();
  const { keys, device, until } = await read("/offline/key", {});
  if (meta?.person === person && meta.device !== device) await destroy();
  await shelf.take(keys, { person, device, until, lang: document.documentElement.lang });
  if (!isUsed()) note(0);
}
