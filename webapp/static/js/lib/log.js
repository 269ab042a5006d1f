/* The Merkle log in the browser: RFC 9162 section 2.1.3.2 and the Ed25519 line of a C2SP signed note. */
export const sha256 = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));

export const hex = (data) => [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));

export const leafHash = (data) => sha256(joined([0], data));

const nodeHash = (left, right) => sha256(joined([1], left, right));

const isOdd = (n) => n % 2 === 1;   // no bit operations: positions may pass 2^32
const half = (n) => Math.floor(n / 2);

/* The root that this leaf and proof lead to, or null when the proof has not the length of that place. */
export async function rootOf(leaf, index, size, proof) {
  if (!(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size)) return null;
  let [node, last, found] = [index, size - 1, leaf];
  for (const step of proof) {
    if (last === 0) return null;
    if (isOdd(node) || node === last) {
      found = await nodeHash(step, found);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      found = await nodeHash(found, step);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? found : null;
}

/* Whether the note carries a right signature of this key; null where the browser knows no Ed25519. */
export async function isSigned(note, vkey) {
  const [name, , ...rest] = vkey.split("+");   // base64 may hold a "+" itself
  const decoded = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const end = note.indexOf("\n\n");
  const line = note.slice(end + 2).split("\n").find((l) => l.startsWith(`\u2014 ${name} `));
  if (end < 0 || !line) return false;
  let key;
  try {
    key = await crypto.subtle.importKey("raw", decoded(rest.join("+")).slice(1), "Ed25519", false, ["verify"]);
  } catch {
    return null;
  }
  const text = new TextEncoder().encode(note.slice(0, end + 1));
  return crypto.subtle.verify("Ed25519", key, decoded(line.split(" ")[2]).slice(4), text);
}
