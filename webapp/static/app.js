/* Starts the page's behaviours: each data-behaviour="name" loads js/behaviours/name.js when the page needs it.
   Pages are complete without; nothing here may be the only way to do something. */
import "./js/lib/install.js";
import { policy } from "./js/lib/trusted.js";

const root = document.documentElement;
root.classList.add("js");

export async function start(element) {
  for (const name of element.dataset.behaviour.split(" ")) {
    try {
      const behaviour = await import(new URL(`./js/behaviours/${name}.js`, import.meta.url).href);
      behaviour.default(element);
    } catch (error) {
      console.error(`behaviour ${name} did not start`, error);   // the page goes on as plain HTML
    }
  }
}

/* One keep-draft before others, so that they see the restored values. */
const found = [...document.querySelectorAll("[data-behaviour]")];
found.sort((a, b) => b.dataset.behaviour.includes("keep-draft") - a.dataset.behaviour.includes("keep-draft"));
for (const element of found) start(element);

if (root.dataset.frame === "app") {
  const { person, push, waiting } = root.dataset;
  import("./js/lib/drafts.js").then((drafts) => drafts.sweep(person));
  if (push) import("./js/lib/push.js").then((lib) => lib.renew(push)).catch(() => {});
  if (waiting) navigator.setAppBadge?.(Number(waiting)).catch(() => {});
}

/* Where the device keeps letters or decisions (js/offline/): on most pages of most people, nothing is loaded. */
let kept = null;
try { kept = localStorage.getItem("offline"); } catch { /* forbidden: then nothing is kept either */ }
if (kept !== null && root.dataset.frame === "app") {
  const sync = () => import("./js/offline/sync.js").then((lib) => lib.start(root.dataset.person)).catch(() => {});
  addEventListener("online", sync);
  sync();
} else if (kept !== null && location.pathname === "/login") {
  const lost = document.querySelector("[data-part=lost]");
  if (lost) lost.hidden = !Number(kept);
  import("./js/offline/server.js").then((lib) => lib.destroy()).catch(() => {});
}

/* After the page and its pictures: what the worker fetches for later may not delay what is read now. */
function register() {
  navigator.serviceWorker.register(policy.createScriptURL("/sw.js")).catch(() => {});
}
if ("serviceWorker" in navigator && root.dataset.frame !== "public") {
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}
