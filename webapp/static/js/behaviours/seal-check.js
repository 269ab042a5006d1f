/* The seal behind the # of this page's address, which no server was sent, against what the server says of the letter. */
import { agrees, read } from "../lib/seal.js";
import { maker, open } from "../lib/seal-lists.js";
import { day, holder, showFacts } from "../lib/seal-view.js";
import { part, say } from "../lib/words.js";

const TONES = { match: "ok", office: "ok", ended: "warn", broken: "warn", failed: "quiet" };   // all others: bad

/* -> {key of the sentence, sealed, signer}; facts: what the server says, empty where it knows no signed letter */
async function check(text, roots, facts) {
  let sealed;
  try { sealed = read(text); } catch { return { key: "broken" }; }
  let directory;
  try {
    const answer = await fetch(`/seals/directory?key=${sealed.keyId}`);
    directory = await open(await answer.text(), "directory", roots);
  } catch (error) {
    console.error("the directory of seals was not to be had", error);
    return { key: "failed" };
  }
  const { state, signer, isOffice } = await maker(sealed, directory, roots);
  if (state !== "made") return { key: state, sealed };
  if (facts.number === undefined) return { key: "unrecorded", sealed, signer };
  const isSame = agrees(sealed.number, facts.number) && facts.signers.split("\n").some((name) => agrees(sealed.signer, name))
    && sealed.datedOn.toISOString().startsWith(facts.datedOn) && sealed.pages === Number(facts.pages) && sealed.content === facts.content
    && (facts.subject === undefined || sealed.subject === "" || agrees(sealed.subject, facts.subject));
  return { key: !isSame ? "different" : isOffice ? "office" : "match", sealed, signer };
}

/* A green "Asli" above a seal that does not fit would be believed: it goes. */
function alarm(box) {
  const verdict = document.querySelector(".verdict");
  verdict.classList.remove("ok", "warn", "quiet");
  verdict.classList.add("bad");
  verdict.querySelector(".icon")?.remove();
  verdict.querySelector("h1").textContent = document.title = say(box, "sayAlarm");
  for (const sentence of verdict.querySelectorAll("p")) sentence.hidden = true;
}

export default async function sealCheck(box) {
  if (!/^#\d+$/.test(location.hash)) return;
  const text = location.origin + location.pathname + location.hash;
  history.replaceState(null, "", location.pathname + location.search);   // not in what is shared or gone back to
  const status = part(box, "status");
  const { key, sealed, signer } = await check(text, box.dataset.roots.split(" "), box.dataset);
  const isGood = document.querySelector(".verdict.ok") !== null;   // no green under "Dicabut"
  const tone = TONES[key] === "ok" && !isGood ? "quiet" : TONES[key] ?? "bad";
  const words = sealed && signer ? { holder: key === "office" ? holder(signer) : signer.names.name, number: sealed.number, date: day(sealed.datedOn) } : {};
  status.textContent = say(box, `say${key[0].toUpperCase()}${key.slice(1)}`, words);
  status.className = `notice ${tone}`;
  if (tone === "bad" && !(key === "practice" && !isGood)) {   // a page that already says "latihan" keeps saying it
    status.setAttribute("role", "alert");
    alarm(box);
  }
  if (key === "different" || key === "unrecorded") showFacts(box, sealed, signer);
  box.hidden = false;
}
