/* CBOR (RFC 8949) as seals use it, in its canonical form only (4.2): whole numbers, bytes, texts, arrays, the empty
   map. Anything else throws, so that Python and this read exactly the same seals. */
import { joined, utf8 } from "./bytes.js";

const [NUMBER, NEGATIVE, BYTES, TEXT, ARRAY, MAP] = [0, 1, 2, 3, 4, 5];
const DEEPEST = 4;

export function decode(bytes) {
  const [value, end] = item(bytes, 0, 0);
  if (end !== bytes.length) throw new RangeError("more after the end");
  return value;
}

function item(bytes, start, depth) {
  if (depth > DEEPEST) throw new RangeError("too deep");
  const [kind, argument, at] = head(bytes, start);
  if (kind === NUMBER) return [argument, at];
  if (kind === NEGATIVE) return [-1 - argument, at];
  if (kind === BYTES || kind === TEXT) {
    if (at + argument > bytes.length) throw new RangeError("cut off");
    const part = bytes.slice(at, at + argument);
    const value = kind === BYTES ? part : new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(part);
    return [value, at + argument];
  }
  if (kind === MAP && argument === 0) return [{}, at];
  if (kind !== ARRAY || argument > 32) throw new RangeError("not in a seal");
  const values = [];
  let end = at;
  for (let number = 0; number < argument; number += 1) {
    const [value, next] = item(bytes, end, depth + 1);
    values.push(value);
    end = next;
  }
  return [values, end];
}

/* -> [major type, argument, where the content begins]; the shortest form only */
function head(bytes, at) {
  if (at >= bytes.length) throw new RangeError("cut off");
  const [kind, short] = [bytes[at] >> 5, bytes[at] & 31];
  if (short < 24) return [kind, short, at + 1];
  const size = { 24: 1, 25: 2, 26: 4, 27: 8 }[short];
  if (!size || at + 1 + size > bytes.length) throw new RangeError("no definite length");
  let argument = 0;
  for (const byte of bytes.slice(at + 1, at + 1 + size)) argument = argument * 256 + byte;
  const least = { 1: 24, 2: 256, 4: 65536, 8: 2 ** 32 }[size];
  if (argument < least || !Number.isSafeInteger(argument)) throw new RangeError("not the shortest form");
  return [kind, argument, at + 1 + size];
}

/* Texts, bytes, and arrays of them. */
export function encode(value) {
  if (typeof value === "string") return prefixed(TEXT, utf8(value));
  if (value instanceof Uint8Array) return prefixed(BYTES, value);
  return joined(start(ARRAY, value.length), ...value.map(encode));
}

const prefixed = (kind, bytes) => joined(start(kind, bytes.length), bytes);

function start(kind, size) {
  const [lead, rest] = size < 24 ? [size, []] : size < 256 ? [24, [size]] : [25, [size >> 8, size & 255]];
  if (size > 65535) throw new RangeError("too long");
  return Uint8Array.of((kind << 5) | lead, ...rest);
}
