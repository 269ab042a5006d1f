/* The offline page stands at the address that failed: try that again, also by itself when the network is back. */
export default function reload(link) {
  link.addEventListener("click", (event) => { event.preventDefault(); location.replace(location.href); });
  addEventListener("online", () => location.replace(location.href));
}
