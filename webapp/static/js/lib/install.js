/* The browser's offer to install, held back on every page: its own bar would come at the log-in, before the app was of
   any use. behaviours/install-prompt.js makes the offer at a better moment. */
let offer = null;

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offer = event;
  dispatchEvent(new Event("teken:installable"));
});

export const isOffered = () => offer !== null;

/* An offer can be used once. */
export async function install() {
  const made = offer;
  offer = null;
  await made?.prompt();
}

/* Safari on a phone of Apple's, not from the home screen; other apps' windows there cannot install anything. */
export const isSafari = () => navigator.standalone === false && /Version\/\S+ .*Safari\//.test(navigator.userAgent);

export const isInstalled = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
