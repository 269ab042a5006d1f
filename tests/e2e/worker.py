"""The service worker, woken as the browser wakes it: by the DevTools protocol, also where no page is open."""

from __future__ import annotations

import time

SHOWN = """() => navigator.serviceWorker.ready.then(worker => worker.getNotifications())
  .then(all => all.map(({title, body, tag, data}) => ({title, body, tag, url: data?.url})))"""
TAP = """async ([tag, action]) => {
  const [notification] = (await self.registration.getNotifications()).filter(one => one.tag === tag);
  self.dispatchEvent(new NotificationEvent('notificationclick', {notification, action}));
}"""


def wake(page, product, how, **event):
    """wake(page, product, "dispatchSyncEvent", tag="decisions", lastChance=False). `page` may be any page."""
    cdp = page.context.new_cdp_session(page)
    found = []
    cdp.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    cdp.send("ServiceWorker.enable")
    end = time.monotonic() + 20
    while not any(one["scopeURL"] == f"{product.url}/" for one in found):
        assert time.monotonic() < end, "the browser knows no worker of the product"
        page.wait_for_timeout(20)
    ours = [one for one in found if one["scopeURL"] == f"{product.url}/"][-1]
    where = {"origin": product.url, "registrationId": ours["registrationId"]}
    cdp.send(f"ServiceWorker.{how}", where | event)  # and stay: a session that ends takes the message with it


def until(page, is_so, why, seconds=10):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, why
        page.wait_for_timeout(50)
