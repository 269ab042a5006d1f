/* Starts the page's behaviours: each data-behaviour="name" loads js/behaviours/name.js when the page needs it.
   Pages are complete without; nothing here may be the only way to do something. */
import "./js/lib/install.js";
import { policy } from "./js/lib/trusted.js";

const root = document.documentElement;
root.classList.add("js");

async function start(element) {
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

if ("serviceWorker" in navigator && root.dataset.frame !== "public") {
  navigator.serviceWorker.register(policy.createScriptURL("/sw.js")).catch(() => {});
}
