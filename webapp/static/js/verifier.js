/* The entry of the single-file verifier (webapp/standalone.py): paste, picture or camera, all read in this page. */
import { prepareZXingModule, readBarcodes } from "../vendor/zxing/reader/index.js";
import { default as sealOffline } from "./behaviours/seal-offline.js";
import { fromBase64 } from "./lib/bytes.js";
import { part, say } from "./lib/words.js";

const PAUSE = 200;                                  // ms between two looks at the camera
const EDGES = [1280, 1900, 900, 2600, 3600];        // pixels: a still picture is looked at in several sizes

const box = part(document, "verifier");
const said = part(box, "said");
const canvas = document.createElement("canvas");
const context = canvas.getContext("2d", { willReadFrequently: true });
let isReady = false;

async function read(source, edge) {
  if (!isReady) {
    prepareZXingModule({ overrides: { wasmBinary: fromBase64(document.getElementById("reader").textContent).buffer } });
    isReady = true;
  }
  const [width, height] = [source.videoWidth ?? source.width, source.videoHeight ?? source.height];
  const scale = Math.min(2, edge / Math.max(width, height));
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const image = context.getImageData(0, 0, canvas.width, canvas.height);
  const [found] = await readBarcodes(image, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 });
  return found?.text ?? null;
}

function tell(key) {
  said.textContent = key ? say(box, key) : "";
  said.hidden = !key;
}

function check(text) {
  tell("");
  dispatchEvent(new CustomEvent("teken:scanned", { detail: text.trim() }));
}

part(box, "typed").addEventListener("submit", (event) => {
  event.preventDefault();
  check(box.querySelector("textarea").value);
});

part(box, "picture").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  if (!file) return;
  tell("sayBusy");
  let text = null;
  try {
    const bitmap = await createImageBitmap(file);
    for (const edge of EDGES) text ??= await read(bitmap, edge);
  } catch (error) { console.warn("not a picture", error); }
  target.value = "";
  if (text) check(text); else tell("sayNone");
});

part(box, "camera").addEventListener("click", async () => {
  const video = part(box, "video");
  let stream;
  try {
    const wanted = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 960 } };
    stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: wanted });
  } catch { tell("sayCamera"); return; }
  video.srcObject = stream;
  video.hidden = false;
  await video.play().catch(() => {});
  let text = null;
  while (!text) {
    if (video.readyState >= 2) text = await read(video, EDGES[0]).catch(() => null);
    await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
  }
  for (const track of stream.getTracks()) track.stop();
  video.hidden = true;
  check(text);
});

sealOffline(document.querySelector("[data-behaviour=seal-offline]"));
