/* The camera, a picture from the gallery, or typing. Only this system's own letters are followed, and always on
   this host: a forged letter's QR code must not lead to a forger's page that says "asli". */
import { codeOf, qrReader, readPicture, sealIn } from "../lib/qr.js";
import { part, say } from "../lib/words.js";

const PAUSE = 120;    // ms between two looks at the camera

export default function scanner(box) {
  const view = part(box, "view");
  const video = part(box, "video");
  const status = part(box, "status");
  const torch = part(box, "torch");
  const start = part(box, "start");
  const hosts = [location.host, box.dataset.host].filter(Boolean);
  let stream = null;

  const tell = (key, tone, values) => {
    status.textContent = say(box, key, values);
    status.className = tone ? `notice ${tone}` : "soft";
  };

  function stop() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    view.hidden = true;
    torch.hidden = true;
    start.hidden = false;
  }

  /* -> true when the text is a letter of ours and its page is being opened */
  function follow(text) {
    const code = codeOf(text, hosts);
    if (!code) {
      tell("sayForeign", "bad", { text: text.slice(0, 80) });
      return false;
    }
    navigator.vibrate?.(40);
    stop();
    if (navigator.onLine) {
      tell("sayFound", "ok");
      location.assign(`/v/${code}${sealIn(text)}`);   // what stands behind the # is sent to nobody
    } else {
      dispatchEvent(new CustomEvent("teken:scanned", { detail: text }));   // behaviours/seal-offline.js
    }
    return true;
  }

  async function look() {
    const read = await qrReader();
    while (stream) {
      if (video.readyState >= 2) {
        const text = await read(video).catch(() => null);
        if (text && stream && follow(text)) return;
      }
      await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
    }
  }

  start.addEventListener("click", async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 960 } },
      });
    } catch (error) {
      tell(error.name === "NotAllowedError" ? "sayRefused" : "sayMissing", "warn");
      return;
    }
    start.hidden = true;
    view.hidden = false;
    video.srcObject = stream;
    await video.play().catch(() => {});
    tell("sayAim", "");
    torch.hidden = !stream?.getVideoTracks()[0].getCapabilities?.().torch;
    look();
  });

  torch.addEventListener("click", async () => {
    const on = torch.getAttribute("aria-pressed") !== "true";
    try {
      await stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] });
      torch.setAttribute("aria-pressed", String(on));
    } catch { torch.hidden = true; }
  });

  part(box, "picture").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    let text = null;
    try {
      text = await readPicture(await createImageBitmap(file));
    } catch { /* not a picture: said below */ }
    event.target.value = "";
    if (text) follow(text); else tell("sayNone", "warn");
  });

  addEventListener("pagehide", stop);
  document.addEventListener("visibilitychange", () => { if (document.hidden) stop(); });
}
