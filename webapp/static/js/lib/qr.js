/* Reads a QR code from a picture or a video frame: the browser's own reader first, else a vendored one in a worker. */
import { policy } from "./trusted.js";

const LONG_EDGE = 1280;    // pixels: a sealed code a third of the frame wide has 7 a module

/* A film has a next frame; a photograph has not. So it is looked at again at other sizes (another grid of samples)
   and turned, until a look succeeds: [long edge in pixels, degrees]. */
const LOOKS = [[1280, 0], [900, 0], [1900, 0], [1280, 6], [1280, -6], [2600, 0], [2600, 6], [2600, -6], [3600, 0]];

async function native() {
  if (!("BarcodeDetector" in window)) return null;
  try {
    const formats = await BarcodeDetector.getSupportedFormats();
    if (!formats.includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (source) => (await detector.detect(source))[0]?.rawValue ?? null;
  } catch { return null; }
}

/* ../qr-worker.js: {id, image} -> {id, text}. Half a megabyte, so it is fetched only when somebody scans. */
function vendored() {
  const address = new URL("../qr-worker.js", import.meta.url).href;
  const worker = new Worker(policy.createScriptURL(address), { type: "module" });
  const waiting = new Map();
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let next = 0;
  worker.addEventListener("message", ({ data }) => {
    waiting.get(data.id)?.(data.text);
    waiting.delete(data.id);
  });
  return (source, edge = LONG_EDGE, degrees = 0) => {
    const width = source.videoWidth ?? source.width;
    const height = source.videoHeight ?? source.height;
    const scale = Math.min(edge > LONG_EDGE ? 2 : 1, edge / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context.translate(canvas.width / 2, canvas.height / 2);
    context.rotate((degrees * Math.PI) / 180);
    context.drawImage(source, -canvas.width / 2, -canvas.height / 2, canvas.width, canvas.height);
    const image = context.getImageData(0, 0, canvas.width, canvas.height);
    const id = ++next;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      worker.postMessage({ id, image }, [image.data.buffer]);
    });
  };
}

let reader;

/* -> async (video | bitmap | canvas) => text or null */
export async function qrReader() {
  reader ??= (await native()) ?? vendored();
  return reader;
}

/* -> the text of the code on a still picture (a bitmap), or null */
export async function readPicture(bitmap) {
  const read = await qrReader();
  for (const [edge, degrees] of LOOKS) {
    const text = await read(bitmap, edge, degrees);
    if (text) return text;
  }
  return null;
}

/* The code inside a verification address of this host, or null for any other text. Ours bear no user and no blank, and
   where this page came by https they do too. */
export function codeOf(text, hosts, isSecure = location.protocol === "https:") {
  let url;
  if (/[@\\\s]/.test(text)) return null;
  try { url = new URL(text); } catch { return null; }
  if (!(url.protocol === "https:" || (url.protocol === "http:" && !isSecure)) || !hosts.includes(url.host)) return null;
  return url.pathname.match(/^\/v\/([0-9a-z-]{12,20})\/?$/i)?.[1] ?? null;
}

/* The seal in such an address, with its #, or nothing. */
export const sealIn = (text) => text.match(/#\d{1,700}$/)?.[0] ?? "";
