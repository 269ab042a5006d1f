/* The part of the service worker that notifications wake. STATIC: the release's folder, from sw.js. */
/* A payload as of Declarative Web Push; anything else still shows something, because a silent push is punished. */
function read(data) {
  const plain = { actions: [], title: "Teken", body: "Ada surat menunggu.", navigate: "/", lang: "id" };
  try {
    const { notification, app_badge: badge } = data.json();
    return { ...plain, ...notification, badge };
  } catch {
    return plain;
  }
}

/* Only addresses of this system are ever opened. */
function local(address) {
  try {
    const url = new URL(address, location.origin);
    return url.origin === location.origin ? url.href : location.origin;
  } catch {
    return location.origin;
  }
}

self.addEventListener("push", (event) => {
  const { title, body, navigate: address, lang, tag, silent, badge, actions } = read(event.data);
  const count = Number(badge);
  const buttons = Array.isArray(actions) ? actions.slice(0, 2) : [];
  event.waitUntil((async () => {
    await self.registration.showNotification(String(title), {
      body: String(body ?? ""), lang, tag, silent: silent === true, renotify: Boolean(tag),
      icon: `${STATIC}/icons/teken-192.png`, badge: `${STATIC}/icons/badge-96.png`, 
      actions: buttons.map((one) => ({ action: String(one.action), title: String(one.title) })),
      data: { url: local(address), paths: Object.fromEntries(buttons.map((one) => [one.action, local(one.navigate)])) },
    });
    if (badge !== undefined && Number.isInteger(count) && count >= 0) {
      try { await (count ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.()); } catch { /* no badge here */ }
    }
  })());
});

/* "In an hour": nothing opens. What could not be sent is shown again, so that it is not lost in silence. */
async function remind(note, address) {
  const answer = await fetch(address, { method: "POST", credentials: "omit" }).catch(() => null);
  if (answer?.ok) return;
  const { title, body, tag, lang, data, icon, badge, actions } = note;
  await self.registration.showNotification(title, { body, tag, lang, data, icon, badge, actions });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url: whole = "/", paths = {} } = event.notification.data ?? {};
  const url = local(paths[event.action] ?? whole);
  if (event.action === "remind") { event.waitUntil(remind(event.notification, url)); return; }
  event.waitUntil((async () => {
    const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const open = windows.find((client) => client.url === url);
    if (open) { await open.focus(); return; }
    const other = windows.find((client) => client.focused) ?? windows[0];
    try {
      if (other) { await (await other.navigate(url)).focus(); return; }
    } catch { /* a window of another worker, or iOS, which cannot navigate: open a new one */ }
    await self.clients.openWindow(url);
  })());
});

/* The browser renewed the subscription. The page registers it with the server when it is next open, because that
   needs the person's session; here the new one only has to exist. */
self.addEventListener("pushsubscriptionchange", (event) => {
  const options = event.oldSubscription?.options;
  if (!event.newSubscription && options) event.waitUntil(self.registration.pushManager.subscribe(options));
});
