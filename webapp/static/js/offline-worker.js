/* The part of the service worker that has to do with what is kept on the device (js/offline/shelf.js).
   STATIC, OFFLINE and ENGLISH: from sw.js. */
importScripts(`${STATIC}/js/offline/shelf.js`, `${STATIC}/js/offline/sending.js`);

const PAGE = /^\/letters\/(\d+)\/pages\/[0-9a-f]{64}\/(\d+)\.webp$/;
const WIDEST = 1080;                     // pixels: as wide as the kept pictures are
const FORMS = [
  [/^\/letters\/(\d+)\/initial$/, "initial", "note"], [/^\/letters\/(\d+)\/return$/, "return", "reason"],
  [/^\/letters\/(\d+)\/rejection$/, "reject", "reason"], [/^\/letters\/(\d+)\/signature$/, "sign", ""],
  [/^\/letters\/(\d+)\/opinions\/answer$/, "note", "note"], [/^\/letters\/(\d+)\/opinions\/new$/, "ask", "question"],
];
const formOf = ({ pathname }) => FORMS.find(([path]) => path.test(pathname));

/* The log-in's page is only shown where nobody is logged in: logged out, cut off, or run out. */
const isOver = ({ pathname }, answer) => pathname === "/login" && answer.status === 200;

/* A picture that is kept costs no network, and is the same one offline. */
async function keptPage(url) {
  const [, id, number] = PAGE.exec(url.pathname);
  if (Number(url.searchParams.get("w") ?? 0) > WIDEST || !await shelf.isThere()) return null;
  const bytes = await shelf.page(Number(id), Number(number), url.pathname).catch(() => null);
  return bytes && new Response(bytes, { headers: { "content-type": "image/webp", "cache-control": "no-store" } });
}

/* What a page was shown a moment ago is what keeping the letter asks for (keep.js): it comes over the air once. */
const shown = new Map();
const MOST = 12;                         // pictures, some 60 KB each

function remember(url, answer) {
  if (!answer.ok || Number(url.searchParams.get("w") ?? WIDEST) !== WIDEST) return;
  shown.set(url.pathname, answer.clone().arrayBuffer());
  if (shown.size > MOST) shown.delete(shown.keys().next().value);
}

async function toKeep(request, { pathname }) {
  const bytes = await shown.get(pathname)?.catch(() => null);
  shown.delete(pathname);
  return bytes ? new Response(bytes, { headers: { "content-type": "image/webp" } }) : fetch(request);
}

async function pageImage(request, url) {
  const kept = await keptPage(url);
  if (kept) return kept;
  try {
    const answer = await fetch(request);
    remember(url, answer);
    return answer;
  } catch (error) {
    return await keptPage(new URL(url.pathname, url)) ?? Promise.reject(error);   // a wide one was asked for
  }
}

/* The worker asks without cookies, so it knows a language only from whom it keeps letters for. */
const speaksEnglish = () => shelf.isThere().then(async (is) => is && (await shelf.meta())?.lang === "en").catch(() => false);
const offlinePage = async () => (await speaksEnglish() && await caches.match(ENGLISH) ? ENGLISH : OFFLINE);

async function keepLanguage() {
  if (!await speaksEnglish() || await caches.match(ENGLISH)) return;
  await (await caches.open(CACHE)).add(new Request(ENGLISH, { cache: "reload", credentials: "omit" })).catch(() => {});
}

/* A decision's form that did not get through: what was typed is queued, its code is not. -> whether it was */
async function queue(request) {
  const [path, kind, field] = formOf(new URL(request.url));
  if (!await shelf.isThere() || !await shelf.meta()) return false;
  const letter = Number(path.exec(new URL(request.url).pathname)[1]);
  const [sent, kept] = [await request.formData(), await shelf.letter(letter).catch(() => null)];
  const digest = String(sent.get("digest") ?? kept?.digest ?? "");
  if (!/^[0-9a-f]{64}$/.test(digest)) return false;
  const { subject = "", number = "", choices } = kept ?? {};
  const text = String(field && (sent.get(field) ?? ""));
  const to = Number(sent.get("to") ?? sent.get("person_id") ?? 0);
  const name = to ? choices?.[kind]?.find(([id]) => id === to)?.[1] ?? "" : "";
  const isSame = (one) => one.letter === letter && one.kind === kind && (kind !== "ask" || one.draft || one.to === to);
  for (const one of await shelf.decisions()) if (isSame(one)) await shelf.remove("decisions", one.key);
  await shelf.decide({ key: crypto.randomUUID(), letter, subject, number, kind, digest, text, to, name, at: Date.now() });
  return true;
}

/* The signal is back, and perhaps no page is open to send what waits: the same is sent from here, under the same rules.
   What needs consent is never carried out: a notification says that it waits, where no page can bring its form. */
const isOpen = async () => (await clients.matchAll({ type: "window" })).some((one) => one.visibilityState === "visible");

async function tell({ key, notice }) {
  if (!notice || Notification.permission !== "granted" || await isOpen()) return;
  const { title, body, url } = notice;
  const icons = { icon: `${STATIC}/icons/teken-192.png`, badge: `${STATIC}/icons/badge-96.png` };
  await self.registration.showNotification(title, { body, tag: `decision-${key}`, data: { url: local(url) }, ...icons });
}

async function sendQueue() {
  if (!await shelf.isThere()) return;
  const isWaiting = (one) => !one.draft && !one.refused && !one.url;
  if (!(await shelf.decisions()).some(isWaiting)) return;
  const [status, { device, token }] = await sending.ask("/offline/decisions/new");
  if (status !== 200) throw new Error(`decisions: ${status}`);
  if ((await shelf.meta())?.device !== device) { await shelf.destroy(); return; }   // another log-in: nothing is sent as it
  if ((await sending.flush(token, tell)).some(isWaiting)) throw new Error("later");  // the browser tries it again
}

self.addEventListener("sync", (event) => {
  if (event.tag !== "decisions") return;
  event.waitUntil(sendQueue().catch((error) => { if (!(error instanceof sending.Over)) throw error; }));
});
