/* The seal checked with no network, from lists that the device keeps: for a code that the scanner read, or for an
   address of a letter that was opened without a network (sw.js answers it with this page). */
import { read } from "../lib/seal.js";
import { judge, open } from "../lib/seal-lists.js";
import { holder, moment, showFacts } from "../lib/seal-view.js";
import { part, say } from "../lib/words.js";

const TONES = { valid: "ok", office: "ok", replaced: "warn", ended: "warn", newer: "warn", none: "warn", lists: "warn" };
const SHOWN = ["valid", "office", "revoked", "replaced", "ended"];   // a forger's words are not repeated

/* In the page itself (a verifier on a USB stick), else from the service worker, which asks the network first. */
async function text(kind) {
  const inline = document.getElementById(`list-${kind}`);
  return inline ? inline.textContent : (await fetch(`/seals/${kind}`)).text();
}

async function listed(roots) {
  const [directory, status] = await Promise.all(["directory", "status"].map(async (kind) => open(await text(kind), kind, roots)));
  return { directory, status };
}

/* -> {key of the sentence, sealed, isElsewhere, and what judge found} */
async function check(scanned, roots) {
  let sealed;
  try { sealed = read(scanned); } catch { return { key: "none" }; }
  let lists;
  try { lists = await listed(roots); } catch (error) {
    console.warn("no lists to check a seal by", error);
    return { key: "lists" };
  }
  const found = { sealed, isElsewhere: sealed.host !== lists.directory.host, ...await judge(sealed, lists, roots) };
  if (found.state === "unknown" && sealed.at > new Date(lists.directory.issued_at)) return { ...found, key: "newer" };
  return { ...found, key: found.state === "valid" && found.isOffice ? "office" : found.state };
}

export default function sealOffline(box) {
  const status = part(box, "status");

  async function show(scanned) {
    const found = await check(scanned, box.dataset.roots.split(" "));
    const { key, sealed, signer, since, listedAt, isOld } = found;
    const tone = TONES[key] ?? "bad";
    status.textContent = say(box, `say${key[0].toUpperCase()}${key.slice(1)}`, {
      holder: signer ? holder(signer) : "", since: since ? moment(since) : "",
    });
    status.className = `notice ${tone}`;
    part(box, "host").textContent = found.isElsewhere ? say(box, "sayHost", { host: sealed.host }) : "";
    part(box, "host").hidden = !found.isElsewhere;
    part(box, "as-of").textContent = listedAt ? say(box, isOld ? "sayOld" : "sayAsOf", { date: moment(listedAt) }) : "";
    part(box, "as-of").className = isOld ? "notice warn" : "soft small";
    if (SHOWN.includes(key)) showFacts(box, sealed, signer); else part(box, "facts").hidden = true;
    part(box, "compare").hidden = key !== "valid" && key !== "office";
    const retry = part(box, "retry");
    if (retry && sealed) {
      retry.href = `/v/${sealed.code}${scanned.slice(scanned.indexOf("#"))}`;
      retry.hidden = false;
    }
    box.hidden = false;
    box.scrollIntoView({ block: "start" });
  }

  addEventListener("teken:scanned", ({ detail }) => show(detail));
  if (/^\/v\//i.test(location.pathname)) show(location.origin + location.pathname + location.hash);
  else if (navigator.onLine) text("status").catch(() => {});   // so that the device has them when it needs them
}
