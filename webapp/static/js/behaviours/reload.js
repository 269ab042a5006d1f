/* The offline page stands at the address that failed: try that again, also by itself when the network or the server is
   back. Never under the hands of somebody who is typing. */
const EVERY = 10_000;   // ms

export default function reload(link) {
  const isList = location.pathname === "/offline";           // also opened on purpose, with a network
  const again = () => location.replace(isList || link.dataset.home ? "/" : location.href);
  const isTyping = () => [...document.querySelectorAll("textarea")].some((area) => area.value.trim() && area.offsetParent);
  const answers = async () => navigator.onLine && Boolean((await fetch("/healthz", { cache: "no-store" }).catch(() => null))?.ok);
  /* A line that flaps says "online" too: nobody is taken away from what he reads before the server has answered. */
  const back = async () => { if (!isTyping() && await answers() && !isTyping()) again(); };
  const watch = () => {
    addEventListener("online", back);
    setInterval(() => { if (!document.hidden) back(); }, EVERY);
  };
  link.addEventListener("click", (event) => { event.preventDefault(); again(); });
  if (isList) answers().then((is) => { if (!is) watch(); }); else watch();
}
