/* A bar that is there only while the device says that it has no network. */
export default function onlineState(bar) {
  const show = () => { bar.hidden = navigator.onLine; };
  addEventListener("online", show);
  addEventListener("offline", show);
  show();
}
