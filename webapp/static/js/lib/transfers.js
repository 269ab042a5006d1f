/* A file to the server in pieces, from wherever the server says it has come to (views/transfers.py). */
import { hex, sha256 } from "./bytes.js";
import { token } from "./words.js";

const [LEAST, MOST] = [64 * 1024, 960 * 1024];   // bytes of a piece: doubled on a good line, halved on a bad one
const GOOD = 1500;                               // ms for a piece
const PATIENCE = 60_000;                         // ms until a line that says nothing is taken for dead
const PAUSES = [1, 2, 4, 8, 15, 30];             // seconds, after one failure after the other

/* The server will have nothing of it, or the file cannot be read: trying again does not help. */
export class Refused extends Error {}

const between = (size) => Math.min(MOST, Math.max(LEAST, size));

/* Rest, or until the network is back. */
function pause(seconds, signal) {
  return new Promise((resolve) => {
    const end = () => { clearTimeout(timer); removeEventListener("online", end); signal.removeEventListener("abort", end); resolve(); };
    const timer = setTimeout(end, seconds * 1000);
    addEventListener("online", end);
    signal.addEventListener("abort", end);
  });
}

async function ask(address, options, signal) {
  const own = new AbortController();
  const stop = () => own.abort();
  const timer = setTimeout(stop, PATIENCE);
  signal.addEventListener("abort", stop);
  try {
    const headers = { Accept: "application/json", "X-CSRFToken": token(), ...options.headers };
    return await fetch(address, { ...options, headers, redirect: "manual", signal: own.signal });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

/* -> {at, offset}, or null where it is to be tried again. 409 tells the right offset: an answer was lost. */
function state(answer) {
  const offset = answer.headers.get("Upload-Offset");
  if (offset !== null) return { at: answer.headers.get("Location"), offset: Number(offset), isGood: answer.ok };
  if (answer.status === 404 || answer.status === 429 || answer.status >= 500) return null;
  throw new Refused(`${answer.status}`);
}

/* A file that was changed or taken away since it was chosen is no fault of the line. */
async function read(blob) {
  try { return await blob.arrayBuffer(); } catch { throw new Refused("the file cannot be read"); }
}

/* A new transfer, or where the same file of before has come to. */
async function begin(file, digest, { url, signal }) {
  const body = new URLSearchParams({ sha256: digest, size: file.size });
  return state(await ask(url, { method: "POST", body }, signal));
}

async function append(file, { at, offset }, size, signal) {
  const headers = { "Content-Type": "application/partial-upload", "Upload-Offset": String(offset) };
  return state(await ask(at, { method: "PATCH", headers, body: await read(file.slice(offset, offset + size)) }, signal));
}

export const forget = (url, digest) => ask(`${url}/${digest}`, { method: "DELETE" }, new AbortController().signal).catch(() => {});

export const digestOf = async (file) => hex(await sha256(await read(file)));

/* -> when all of it is there. `told({offset, seconds})`: how far it came, and when it is tried again after a cut.
   Throws Refused, or AbortError. Tries for ever: whoever has enough cancels. */
export async function send(file, digest, { url, signal, told }) {
  let [place, size, failures, offset] = [null, LEAST, 0, 0];
  while (place?.offset !== file.size) {
    signal.throwIfAborted();
    const began = performance.now();
    let next = null;
    try {
      next = place ? await append(file, place, size, signal) : await begin(file, digest, { url, signal });
    } catch (error) {
      if (error instanceof Refused || signal.aborted) throw error;   // all else is the line
    }
    if (place && next) size = between(performance.now() - began < GOOD ? size * 2 : size / 2);
    if (next?.isGood) failures = 0;
    else {
      size = LEAST;
      const seconds = PAUSES[Math.min(failures++, PAUSES.length - 1)];
      told({ offset, seconds });
      await pause(seconds, signal);
    }
    place = next;   // null: the server is asked anew how far it came
    offset = place?.offset ?? offset;
    if (place) told({ offset });
  }
}
