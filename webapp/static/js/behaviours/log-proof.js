/* Is this letter in the public log? Recomputed here: the leaf's hash, the way up to the root, the log's signature. */
import { hex, isSigned, leafHash, rootOf, sha256 } from "../lib/log.js";
import { part, say } from "../lib/words.js";

const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

async function check({ file, number, code, certificate, vkey }, answer) {
  const lines = answer.leaf.split("\n");
  const of = (name) => lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
  const digest = async (purpose, text) => hex(await sha256(new TextEncoder().encode(`teken-${purpose}/v1\n${text}`)));
  /* As signing/leaves.py writes numbers. */
  const plain = number.normalize("NFKC").replace(/\s/g, "").toUpperCase()
    .replace(/[\u2010-\u2015\u2212]/g, "-").replace(/[\u2044\u2215\\]/g, "/");
  const isOurs = lines[0] === "teken-leaf/v1" && of("kind") === "signature" && of("file") === file
    && of("certificate") === certificate
    && of("number") === await digest("number", plain) && of("code") === await digest("code", code);
  const [text] = answer.checkpoint.split("\n\n");
  const [origin, size, root] = text.split("\n");
  const leaf = await leafHash(new TextEncoder().encode(answer.leaf));
  const found = await rootOf(leaf, answer.index, Number(size), answer.proof.map(bytes));
  if (!isOurs || origin !== vkey.split("+")[0] || !found || hex(found) !== hex(bytes(root))) return "sayWrong";
  const signed = await isSigned(answer.checkpoint, vkey);
  if (signed === null) return "sayUnsigned";
  return signed ? "sayProven" : "sayWrong";
}

export default async function logProof(box) {
  const status = part(box, "status");
  const tell = (key, tone) => { status.textContent = say(box, key); status.className = tone; };
  if (!globalThis.crypto?.subtle) return;   // no secure context: the server's word stays, and says that it is that
  tell("sayBusy", "soft small");
  try {
    const response = await fetch(box.dataset.url);
    if (!response.ok) throw new Error(String(response.status));
    const key = await check(box.dataset, await response.json());
    tell(key, key === "sayWrong" ? "notice bad" : "notice ok");
  } catch (error) {
    console.error("the proof of the log was not checked", error);
    tell("sayFailed", "notice warn");
  }
}
