/* Whose keys make seals, and which letters no longer count: two lists that the office signs, kept on the device.
   A flattened JWS each (RFC 7515, 7.2.2), ES256, the chain in x5c. Only roots that are pinned here are believed. */
import { fromBase64, hex, sha256, utf8 } from "./bytes.js";
import { isMadeBy } from "./seal.js";
import { certificate, isChain, isSignedBy } from "./x509.js";

const json = (text) => JSON.parse(new TextDecoder().decode(fromBase64(text)));

/* text of a list, its kind ("directory", "status"), pinned roots (SHA-256, hex) -> its payload. Throws unless it holds. */
export async function open(text, kind, roots) {
  const jws = JSON.parse(text);
  const { alg, typ, x5c, crit } = json(jws.protected);
  const payload = json(jws.payload);
  const at = new Date(payload.issued_at);
  const chain = x5c.map((der) => certificate(fromBase64(der)));
  const isOurs = alg === "ES256" && typ === `teken-${kind}+json` && !crit && payload.version === 1
    && chain[0].usage.signs && !chain[0].usage.commits && !chain[0].hasPurpose
    && await isTrusted(chain, roots, at);
  const signed = utf8(`${jws.protected}.${jws.payload}`);
  if (!isOurs || !await isSignedBy(chain[0].spki, fromBase64(jws.signature), signed)) throw new Error(`bad ${kind}`);
  return payload;
}

async function isTrusted(chain, roots, at) {
  return chain.length === 3 && roots.includes(hex(await sha256(chain[2].der))) && isChain(chain, at);
}

/* The name of a letter in the status list: who has the list does not have the codes. */
export const letterId = async (code) => hex((await sha256(utf8(`teken status 1 ${code}`))).slice(0, 16));

/* Who made the seal, by the directory -> {state, signer (a certificate), isOffice}.
   state: practice (a key of practice letters, refused whatever it says), unknown (no such key here), forged (not made by the key that it names), ended (that key did not count any
   more), made. Keys that may be in a thief's hands vouch for nothing, whatever time the seal names. */
export async function maker(sealed, directory, roots) {
  if (directory.practice?.includes(sealed.keyId)) return { state: "practice" };
  const entry = directory.keys.find((one) => one.id === sealed.keyId);
  if (!entry) return { state: "unknown" };
  const above = directory.authorities[entry.authority];
  const chain = [entry.certificate, above.issuing, above.root].map((der) => certificate(fromBase64(der)));
  const [signer] = chain;
  const may = signer.usage.commits || (signer.usage.signs && !signer.hasPurpose);
  if (!may || !await isTrusted(chain, roots, signer.notBefore)) return { state: "unknown" };
  const found = { signer, isOffice: !signer.usage.commits };
  if (!await isMadeBy(sealed, signer)) return { ...found, state: "forged" };
  return { ...found, state: counts(sealed, signer, entry) ? "made" : "ended" };
}

function counts({ at }, signer, { revoked_at: revoked, reason, holds }) {
  if (at < signer.notBefore || at > signer.notAfter) return false;
  if (revoked && (reason === "keyCompromise" || at >= new Date(revoked))) return false;
  return !(holds ?? []).some(([from, to]) => at >= new Date(from) && (!to || at < new Date(to)));
}

/* Everything that can be known without a network -> {state, signer, isOffice, listedAt, isOld, since}.
   state as of maker, and for a seal that was made: revoked, replaced, or valid. */
export async function judge(sealed, { directory, status }, roots, now = new Date()) {
  const found = await maker(sealed, directory, roots);
  const listedAt = new Date(status.issued_at);
  const isOld = now > new Date(status.next_at) || now > new Date(directory.next_at);
  const id = await letterId(sealed.code);
  const letter = status.letters.find((one) => one.id === id);
  const state = found.state === "made" ? letter?.standing ?? "valid" : found.state;
  return { ...found, state, since: letter && new Date(letter.at), listedAt, isOld };
}
