/* The seal in the QR code, version 1: signing/README.md is the specification, signing/seal.py makes and reads it too. */
import { hex, same, sha256, utf8 } from "./bytes.js";
import { decode, encode } from "./cbor.js";
import { isSignedBy } from "./x509.js";

const ADDRESS = /^https?:\/\/([^/#?]+)\/v\/([0-9a-z-]+)#([0-9]+)$/i;
const MOST_DIGITS = 700;
const PROTECTED = Uint8Array.of(0xa1, 0x01, 0x26);   // {alg: ES256}
const [VERSION, CONTENT, KEY, SIGNATURE] = [1, 12, 8, 64];
const [LAST_DAY, LAST_SECOND, MOST_PAGES] = [2_932_896, 253_402_300_799, 1_000_000];   // 9999-12-31

/* A code as it is compared and sealed: 12 characters, or null */
export function plainCode(text) {
  const code = text.replace(/-/g, "").toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
  return /^[0-9A-HJKMNP-TV-Z]{12}$/.test(code) ? code : null;
}

/* What the code on paper says. Nothing is checked yet. Throws when it is no seal.
   -> {host, code, number, subject, signer, position, office, datedOn, pages, at, content, keyId, payload, signature} */
export function read(text) {
  const found = text.trim().match(ADDRESS);
  if (!found || found[3].length > MOST_DIGITS) throw new RangeError("no seal");
  const digits = BigInt(found[3]).toString(16);
  const bytes = Uint8Array.from((digits.length % 2 ? `0${digits}` : digits).match(/../g), (pair) => parseInt(pair, 16));
  const [head, unprotected, payload, signature, ...more] = array(decode(bytes));
  const code = plainCode(found[2]);
  const isOne = head instanceof Uint8Array && same(head, PROTECTED) && isEmpty(unprotected) && !more.length
    && isBytes(payload) && isBytes(signature, SIGNATURE) && code;
  if (!isOne) throw new RangeError("another kind of seal");
  return { host: found[1].toLowerCase(), code, ...claim(array(decode(payload))), payload, signature };
}

function claim(values) {
  const [version, number, subject, signer, position, office, day, pages, second, content, key] = values;
  const texts = [number, subject, signer, position, office];
  const isClaim = values.length === 11 && version === VERSION && texts.every((text) => typeof text === "string")
    && within(day, LAST_DAY) && within(pages, MOST_PAGES) && within(second, LAST_SECOND)
    && isBytes(content, CONTENT) && isBytes(key, KEY);
  if (!isClaim) throw new RangeError("another kind of claim");
  const [datedOn, at] = [new Date(day * 86_400_000), new Date(second * 1000)];
  return { number, subject, signer, position, office, datedOn, pages, at, content: hex(content), keyId: hex(key) };
}

const array = (value) => { if (!Array.isArray(value)) throw new RangeError("no array"); return value; };
const isBytes = (value, size) => value instanceof Uint8Array && (size === undefined || value.length === size);
const isEmpty = (value) => value?.constructor === Object && Object.keys(value).length === 0;
const within = (value, most) => Number.isInteger(value) && value >= 0 && value <= most;

/* The name of a key in seals and directories */
export const keyId = async (der) => hex((await sha256(der)).slice(0, KEY));

/* Whether this certificate's key made the seal for this very code (RFC 9052, 4.4). Says nothing of the certificate. */
export async function isMadeBy(sealed, certificate) {
  if (await keyId(certificate.der) !== sealed.keyId) return false;
  const context = utf8(`teken seal 1 ${sealed.code}`);
  const signed = encode(["Signature1", PROTECTED, context, sealed.payload]);
  return isSignedBy(certificate.spki, sealed.signature, signed);
}

/* Whether a sealed text, perhaps cut with an ellipsis, is this one */
export function agrees(sealed, known) {
  const [a, b] = [sealed, known].map((text) => text.normalize("NFC"));
  return a === b || (a.endsWith("\u2026") && b.startsWith(a.slice(0, -1)));
}
