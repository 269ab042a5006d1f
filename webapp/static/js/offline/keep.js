/* Takes a letter onto the device: its facts and its pages' pictures, all or nothing, the least used ones out first. */
import { read, unlock } from "./server.js";

const MOST = 100_000_000;                // bytes of all letters together
const LETTERS = 50;
const RESERVE = 5_000_000;               // bytes that are left to the device

export class NoRoom extends Error {}

const { shelf } = self;
const isFull = (error) => error?.name === "QuotaExceededError";

/* -> letters that may go, the least used first, and what the others hold. */
async function others(id) {
  const kept = (await shelf.all("letters")).filter((one) => one.id !== id);
  return [kept.filter((one) => !one.pinned).sort((a, b) => a.used - b.used), kept];
}

async function makeRoom(size, id) {
  const { usage = 0, quota = Infinity } = await navigator.storage?.estimate?.() ?? {};
  const [loose, kept] = await others(id);
  let free = Math.min(quota - usage - RESERVE, MOST - kept.reduce((sum, one) => sum + one.size, 0));
  let count = kept.length;
  while (loose.length && (free < size || count >= LETTERS)) {
    const oldest = loose.shift();
    await shelf.forget(oldest.id);
    free += oldest.size;
    count -= 1;
  }
  if (free < size) throw new NoRoom();
}

/* The estimate may be wrong: then the disk itself says so, nothing was written, and another letter makes room. */
async function write(record, pages) {
  for (;;) {
    try {
      await shelf.store(record, pages);
      return;
    } catch (error) {
      if (!isFull(error)) throw error;
      const [oldest] = (await others(record.id))[0];
      if (!oldest) throw new NoRoom();
      await shelf.forget(oldest.id);
    }
  }
}

async function picture(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.arrayBuffer();
}

/* Keep the letter as it is now. Throws NoRoom, Over, or what the network says; what was kept of it before stays.
   The page's own control and the round over all letters (sync.js) may ask at once: it is fetched once. */
const running = new Map();
export function keep(id, person, options) {
  if (!running.has(id)) running.set(id, take(id, person, options).finally(() => running.delete(id)));
  return running.get(id);
}

async function take(id, person, { pinned = false } = {}) {
  await unlock(person);
  const before = await shelf.get("letters", id);
  const told = await read(`/offline/letters/${id}`);
  if (!told.id) throw new Error("not to be kept");           // decided meanwhile
  const images = [];
  for (const { src } of told.pages) images.push(await picture(src));
  const size = images.reduce((sum, image) => sum + image.byteLength, 4000);
  await makeRoom(size - (before?.size ?? 0), id);
  const pages = [];
  for (const [index, image] of images.entries()) pages.push(await shelf.seal("letters", `page ${told.pages[index].src}`, image));
  const sealed = await shelf.sealJson("letters", `letter ${id}`, told);
  const now = Date.now();
  await write({ id, size, sealed, digest: told.digest, at: now, used: now, pinned: pinned || Boolean(before?.pinned) }, pages);
}

/* What the page knows of the letter's place on this device: null, or {digest, pinned}. */
export async function find(id, person) {
  if (!await shelf.isThere()) return null;
  const meta = await shelf.meta();
  return meta?.person === person ? await shelf.get("letters", id) ?? null : null;
}

export async function mark(id, change) {
  const kept = await shelf.get("letters", id);
  if (kept) await shelf.put("letters", id, { ...kept, ...change });
}
