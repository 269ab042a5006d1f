/* X.509 certificates (RFC 5280) of P-256 keys: what a seal's reader needs of them, and no more. Throws on the rest. */
import { hex } from "./bytes.js";

const [BOOLEAN, INTEGER, BITS, OCTETS, OID, UTC_TIME] = [0x01, 0x02, 0x03, 0x04, 0x06, 0x17];
const [SEQUENCE, EXTENSIONS] = [0x30, 0xa3];
const ECDSA_SHA256 = "2a8648ce3d040302";
const NAMES = { "550403": "name", "55040a": "organization", "55040b": "unit", "55040c": "title" };
const [BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE] = ["551d13", "551d0f", "551d25"];
const USAGES = { signs: 0x80, commits: 0x40, certifies: 0x04 };   // digitalSignature, contentCommitment, keyCertSign

/* One DER value: its tag, its contents, and its own bytes. */
function read(bytes, at = 0) {
  let [length, body] = [bytes[at + 1], at + 2];
  if (length > 0x80 && length < 0x84) {
    const count = length & 0x7f;
    length = bytes.slice(body, body + count).reduce((sum, byte) => sum * 256 + byte, 0);
    body += count;
  } else if (!(length < 0x80)) throw new RangeError("not DER");
  const end = body + length;
  if (end > bytes.length) throw new RangeError("cut off");
  return { tag: bytes[at], content: bytes.slice(body, end), whole: bytes.slice(at, end), end };
}

function parts(value, tag = SEQUENCE) {
  if (value.tag !== tag) throw new RangeError("not what was expected");
  const found = [];
  for (let at = 0; at < value.content.length;) {
    found.push(read(value.content, at));
    at = found.at(-1).end;
  }
  return found;
}

/* -> {der, spki, issuer, subject, names, notBefore, notAfter, usage, pathLength (null: no authority), hasPurpose} */
export function certificate(der) {
  const whole = read(der);
  if (whole.end !== der.length) throw new RangeError("more after the end");
  const [tbs, algorithm, signature] = parts(whole);
  if (hex(parts(algorithm)[0].content) !== ECDSA_SHA256 || signature.tag !== BITS) throw new RangeError("not ECDSA");
  const fields = parts(tbs);
  if (fields[0].tag !== 0xa0) throw new RangeError("not version 3");
  const [, , inner, issuer, validity, subject, spki] = fields;
  if (hex(inner.whole) !== hex(algorithm.whole)) throw new RangeError("two algorithms");
  const [notBefore, notAfter] = parts(validity).map(time);
  return {
    der, tbs: tbs.whole, signature: raw(signature.content.slice(1)), spki: spki.whole, issuer: hex(issuer.whole),
    subject: hex(subject.whole), names: names(subject), notBefore, notAfter,
    ...extensions(fields.find((field) => field.tag === EXTENSIONS)),
  };
}

function names(subject) {
  const found = {};
  for (const set of parts(subject)) {
    for (const pair of parts(set, 0x31)) {
      const [type, value] = parts(pair);
      const name = NAMES[hex(type.content)];
      if (name) found[name] = new TextDecoder().decode(value.content);
    }
  }
  return found;
}

/* A critical extension that is not understood makes the certificate unusable (RFC 5280, 4.2). */
function extensions(holder) {
  const found = { usage: {}, pathLength: null, hasPurpose: false };
  for (const extension of parts(parts(holder, EXTENSIONS)[0])) {
    const fields = parts(extension);
    const [id, isCritical, value] = [hex(fields[0].content), fields[1].tag === BOOLEAN, read(fields.at(-1).content)];
    if (fields.at(-1).tag !== OCTETS || fields[0].tag !== OID) throw new RangeError("not an extension");
    if (id === KEY_USAGE) {
      for (const [name, bit] of Object.entries(USAGES)) found.usage[name] = (value.content[1] & bit) !== 0;
    } else if (id === BASIC_CONSTRAINTS) {
      const [isAuthority, length] = parts(value);
      if (isAuthority?.content[0]) found.pathLength = length ? length.content[0] : Infinity;
    } else if (id === EXTENDED_KEY_USAGE) found.hasPurpose = true;
    else if (isCritical) throw new RangeError("an extension that is not understood");
  }
  return found;
}

/* UTCTime or GeneralizedTime, always in Z (RFC 5280, 4.1.2.5) */
function time({ tag, content }) {
  const text = new TextDecoder().decode(content);
  const digits = tag === UTC_TIME ? (text < "50" ? "20" : "19") + text : text;
  const found = digits.match(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/);
  if (!found) throw new RangeError("no time");
  const [, year, month, ...rest] = found.map(Number);
  return new Date(Date.UTC(year, month - 1, ...rest));
}

/* SEQUENCE of r and s -> 32 bytes of each, as WebCrypto wants them */
function raw(der) {
  const halves = parts(read(der)).map(({ tag, content }) => {
    const digits = hex(content).replace(/^(00)+/, "");
    if (tag !== INTEGER || digits.length > 64) throw new RangeError("not P-256");
    return digits.padStart(64, "0");
  });
  if (halves.length !== 2) throw new RangeError("not ECDSA");
  return Uint8Array.from(halves.join("").match(/../g), (pair) => Number.parseInt(pair, 16));
}

/* Whether the key in this SubjectPublicKeyInfo made the signature (64 bytes). Another kind of key: no. */
export async function isSignedBy(spki, signature, data) {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  try {
    const key = await crypto.subtle.importKey("spki", spki, algorithm, false, ["verify"]);
    return await crypto.subtle.verify(algorithm, key, signature, data);
  } catch { return false; }
}

/* Whether `at` lies in the time of all of [leaf, issuing, root], each made by the next, the authorities allowed to. */
export async function isChain(chain, at) {
  for (const [place, one] of chain.entries()) {
    const above = chain[place + 1] ?? one;
    if (at < one.notBefore || at > one.notAfter || one.issuer !== above.subject) return false;
    if (place > 0 && !(one.usage.certifies && one.pathLength >= place - 1)) return false;
    if (!await isSignedBy(above.spki, one.signature, one.tbs)) return false;
  }
  return chain[0].pathLength === null && !chain[0].usage.certifies;
}
