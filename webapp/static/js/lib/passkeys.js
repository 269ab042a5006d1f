/* WebAuthn as this server speaks it. What is sent is put together here: toJSON() would carry the PRF output along. */
import { bytes } from "./push.js";
import { token } from "./words.js";

const KEPT = "passkeys";                                     // ids of the passkeys that this device has used
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const decoded = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));
const kept = () => (localStorage.getItem(KEPT) ?? "").split(" ").filter(Boolean);

export const isSupported = () => "PublicKeyCredential" in window && window.isSecureContext;
export const isHere = (ids) => kept().some((id) => ids.includes(id));
export const remember = (id) => localStorage.setItem(KEPT, [...new Set([...kept(), id])].slice(-20).join(" "));

export class Refused extends Error {}

/* The server's answer; Refused carries its sentence for the person. */
export async function post(url, sent = {}) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() || document.querySelector("[name=csrf_token]").value },
    body: JSON.stringify(sent),
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok || answer.redirected) throw new Refused(told.error ?? "");
  return told;
}

/* A new passkey: {nonce, assertion} to send, its id, and whether it has a PRF. */
export async function create({ nonce, publicKey: asked }) {
  const publicKey = {
    ...asked, challenge: bytes(asked.challenge), user: { ...asked.user, id: bytes(asked.user.id) },
    excludeCredentials: decoded(asked.excludeCredentials), extensions: { prf: {} },
  };
  const made = await navigator.credentials.create({ publicKey });
  const response = {
    clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  };
  return { nonce, id: made.id, hasPrf: Boolean(made.getClientExtensionResults().prf?.enabled), assertion: packed(made, response) };
}

/* The answer to a challenge: {nonce, assertion, prf} to send, and the id that answered. */
export async function get({ nonce, publicKey: asked, salts = {} }) {
  const evalByCredential = Object.fromEntries(Object.entries(salts).map(([id, salt]) => [id, { first: bytes(salt) }]));
  const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: decoded(asked.allowCredentials) };
  if (Object.keys(salts).length) publicKey.extensions = { prf: { evalByCredential } };
  const found = await navigator.credentials.get({ publicKey });
  const { authenticatorData, clientDataJSON, signature } = found.response;
  const response = { authenticatorData: text(authenticatorData), clientDataJSON: text(clientDataJSON), signature: text(signature) };
  const secret = found.getClientExtensionResults().prf?.results?.first;
  return { nonce, id: found.id, prf: secret ? text(secret) : "", assertion: packed(found, response) };
}

const packed = (made, response) => JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });

/* Let a passkey open the signing key (or take it back with one). */
export async function tie(challenge, url) {
  const { id, ...answer } = await get(await post(challenge));
  await post(url, answer);
  remember(id);
}

/* What went wrong, in the page's words: the server's own sentence first. */
export function sentence(error, words) {
  if (error instanceof Refused && error.message) return error.message;
  if (error?.name === "NotAllowedError" || error?.name === "AbortError") return words.sayCancelled;
  if (error?.name === "InvalidStateError") return words.sayKnown ?? words.sayFailed;
  return words.sayFailed;
}
