/* Teken's service worker: the shell, an honest offline page, the guide, notifications, and what checks a seal without a
   network (a stranger's scanner, two public lists). It keeps no page of a logged-in person; letters that pages have put on the
   device, encrypted, it takes from there. The server fills the marked places when it serves this file at /sw.js. */
const [RELEASE, STATIC] = ["__RELEASE__", "__STATIC__"];
const SHELL = JSON.parse('__SHELL__');
const CACHE = `shell-${RELEASE}`;
const [OFFLINE, ENGLISH, SCANNER, GUIDE] = ["/offline", "/offline?lang=en", "/scan", "/guide"];
const LETTER = /^\/v\/[0-9a-z-]+$/i;
const LISTS = ["/seals/directory", "/seals/status"];
const KEPT = "seals";            // outlives releases: a phone that was updated under way still checks seals
const [SHARED, SHARE, CHECK] = ["shared", "/v/share", "/v/upload"];   // a file of another app, until its page takes it
const STALE = 6 * 3600 * 1000;   // ms
const READER = /^\/static\/[^/]+\/(js\/qr-worker\.js|vendor\/zxing\/.+)$/;   // large: kept once it was needed

importScripts(`${STATIC}/js/push-worker.js`, `${STATIC}/js/offline-worker.js`);

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    const pages = [OFFLINE, SCANNER, GUIDE].map((path) => new Request(path, { cache: "reload", credentials: "omit" }));
    await cache.addAll([...pages, ...SHELL]);   // a file of a release never changes: the one that the page has will do
    await Promise.allSettled(LISTS.map(list));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (![CACHE, KEPT, SHARED].includes(name)) await caches.delete(name);
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  })());
});

/* Network first. The preloaded answer may reject where a plain fetch still succeeds (WebKit), so both are tried. */
async function navigate(event, url) {
  const sent = event.request.method === "POST" && formOf(url) ? event.request.clone() : null;
  try {
    const preloaded = await Promise.resolve(event.preloadResponse).catch(() => undefined);
    const answer = preloaded ?? await fetch(event.request);
    if (isOver(url, answer)) event.waitUntil(shelf.destroy().catch(() => {}));
    return answer;
  } catch {
    const { pathname } = url;
    if (sent && await queue(sent).catch(() => false)) return Response.redirect(pathname.replace(/(\/\d+)\/.*/, "$1"), 303);
    const isSeal = (LETTER.test(pathname) && pathname !== CHECK) || pathname === SCANNER;   // the seal is in the address
    const page = isSeal ? SCANNER : pathname === GUIDE ? GUIDE : await offlinePage();
    return await caches.match(page) ?? Response.error();
  }
}

const asset = async (request) => await caches.match(request) ?? fetch(request);

async function reader(request) {
  const kept = await caches.match(request);
  const answer = kept ?? await fetch(request);
  if (!kept && answer.ok) await (await caches.open(CACHE)).put(request, answer.clone());
  return answer;
}

/* The newest list there is: the server's, or after a few seconds on a dead line the one that is kept. */
async function list(path) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(path, { cache: "no-cache", credentials: "omit", signal: AbortSignal.timeout(6000) });
    if (answer.ok) await kept.put(path, answer.clone());
    return answer.ok ? answer : await kept.match(path) ?? answer;
  } catch {
    return await kept.match(path) ?? Response.error();
  }
}

/* Lists, and the scanner's page, which holds the roots that they are believed by. Whatever fails stays as it was. */
async function refresh() {
  await keepLanguage();
  const found = await caches.match(LISTS[1]);
  if (found && Date.now() - Date.parse(found.headers.get("date")) < STALE) return;
  await Promise.allSettled(LISTS.map(list));
  try {
    const page = await fetch(SCANNER, { cache: "reload", credentials: "omit" });
    if (page.ok) await (await caches.open(CACHE)).put(SCANNER, page);
  } catch { /* no network: later */ }
}

/* A share bears no form token, so it never goes to the server: the page that has one sends the file. */
async function share(request) {
  const file = (await request.formData()).get("file");
  if (!(file instanceof File)) return Response.redirect(CHECK, 303);
  await (await caches.open(SHARED)).put(SHARE, new Response(file, { headers: { "x-name": encodeURIComponent(file.name) } }));
  return Response.redirect(`${CHECK}?shared=1`, 303);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  const upload = request.headers.get("content-type")?.startsWith("multipart/");
  if (request.method === "POST" && url.pathname === SHARE) {
    event.respondWith(share(request));
  } else if (request.mode === "navigate") {
    if (upload) return;                                     // a large upload goes straight, never through here
    event.respondWith(navigate(event, url));
    event.waitUntil(refresh().catch(() => {}));
  } else if (PAGE.test(url.pathname)) {
    event.respondWith(request.destination === "image" ? pageImage(request, url) : toKeep(request, url));
  } else if (LISTS.includes(url.pathname) && !url.search) {
    event.respondWith(list(url.pathname));
  } else if (READER.test(url.pathname)) {
    event.respondWith(reader(request));
  } else if (request.method === "GET" && SHELL.includes(url.pathname)) {
    event.respondWith(asset(request));
  }
});
