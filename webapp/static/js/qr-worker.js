/* A worker of its own: zxing compiled to WebAssembly reads the dense sealed codes that simpler readers miss. */
import { prepareZXingModule, readBarcodes } from "../vendor/zxing/reader/index.js";

prepareZXingModule({
  overrides: { locateFile: (name) => new URL(`../vendor/zxing/${name}`, import.meta.url).href },
});

addEventListener("message", async ({ data: { id, image } }) => {
  let text = null;
  try {
    const [found] = await readBarcodes(image, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 });
    text = found?.text ?? null;
  } catch { /* nothing that it could read: the next frame may be better */ }
  postMessage({ id, text });
});
