/* On a logged-in page, where something is kept: what may stay stays, decisions are sent, and where one needs the
   official's consent he is brought to its form at once. */
import "./shelf.js";
import { Over, destroy, flush, hasQueue, isUsed, note, read } from "./server.js";
import * as drafts from "../lib/drafts.js";

const ALL = "offline-all";               // on this device, for this person: every pending letter, on Wi-Fi
const { shelf } = self;

export const wantsAll = (person) => localStorage.getItem(ALL) === person;
export const wantAll = (person, on) => {
  if (on) localStorage.setItem(ALL, person); else localStorage.removeItem(ALL);
  if (on && !isUsed()) note(0);
};

/* null: this browser does not say (iOS, most desktops). */
export function onWifi({ connection } = navigator) {
  if (!connection?.type) return null;
  return !connection.saveData && ["wifi", "ethernet"].includes(connection.type);
}

/* What is kept and waits no longer goes. -> ids of what was changed, and with `all` of what else waits: to be kept (anew) */
export async function refresh(person, { all = false } = {}) {
  const meta = await shelf.isThere() ? await shelf.meta() : null;
  if (meta && meta.person !== person) await destroy();
  const kept = meta?.person === person ? await shelf.all("letters") : [];
  const told = await read(`/offline/letters?kept=${kept.map((one) => one.id)}${all ? "&all=1" : ""}`);
  if (meta && meta.device !== told.device) { await destroy(); return []; }
  if (meta) await shelf.put("keys", "meta", { ...meta, until: told.until, lang: document.documentElement.lang, checked: Date.now() });
  const current = new Map(told.letters.map((one) => [one.id, one.digest]));
  for (const { id } of kept) if (!current.has(id)) await shelf.forget(id);
  const known = new Map(kept.map((one) => [one.id, one.digest]));
  return [...current].filter(([id, digest]) => known.get(id) !== digest).map(([id]) => id);
}

export async function keepAll(wanted, person) {
  if (!wanted.length) return;
  const { keep } = await import("./keep.js");
  for (const id of wanted) await keep(id, person);
}

/* A rejection's reason goes into its form as what was typed there before (behaviours/keep-draft.js). */
export function prefill({ kind, letter, text }, person) {
  if (kind === "reject") drafts.write(`reject-${letter}`, { person, sent: false, fields: { reason: text } });
}

/* Once for each decision, and never away from something that is being typed. */
async function bring(left, person) {
  const next = left.find((one) => one.url && !one.brought);
  const typed = [...document.querySelectorAll("textarea")].some((area) => area.value !== area.defaultValue);
  if (!next || typed) return;
  await shelf.change({ ...next, brought: true });
  prefill(next, person);
  location.assign(next.url);
}

function tell(left) {
  const bar = document.querySelector("[data-part=queue]");
  if (bar) bar.hidden = !left.length;
  note(left.length);
  leaving = left.length ? bar?.dataset.sayLeave ?? "" : "";
}

/* Logging out destroys what was typed too: never without a word. */
let leaving = "";
document.addEventListener("submit", (event) => {
  const isOut = event.target.getAttribute("action") === "/logout";
  if (isOut && leaving && !confirm(leaving)) event.preventDefault();
});

/* Where nothing waits, half a minute of paging through lists asks once; a letter's page, where decisions land, always. */
async function isFresh() {
  if (/^\/letters\/\d/.test(location.pathname) || hasQueue() || !await shelf.isThere()) return false;
  return Date.now() - ((await shelf.meta())?.checked ?? 0) < 30_000;
}

export async function start(person) {
  try {
    if (await isFresh()) return;
    const all = wantsAll(person) && onWifi() === true;
    const wanted = await refresh(person, { all });
    if (await shelf.isThere()) {
      const left = await flush();
      tell(left);
      await bring(left, person);
    } else if (!wantsAll(person)) {
      localStorage.removeItem("offline");
    }
    await keepAll(wanted, person);
  } catch (error) {
    if (error instanceof Over) location.reload();            // to the log-in, and back here afterwards
    else console.info("offline:", error);                    // no network, or no room: the next page tries again
  }
}
