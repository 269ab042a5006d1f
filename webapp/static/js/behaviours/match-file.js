/* SHA-256 of a chosen file, here, against the signed original's, as signed or with its time-stamp. Nothing is sent. */
import { part, say } from "../lib/words.js";

export default function matchFile(box) {
  const input = box.querySelector("input[type=file]");
  const status = part(box, "status");
  const tell = (key, tone) => {
    status.textContent = say(box, key);
    status.className = `notice ${tone}`;
    status.hidden = false;
  };
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) { status.hidden = true; return; }
    tell("sayBusy", "quiet");
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    if (box.dataset.sha256.toLowerCase().split(" ").includes(hex)) tell("saySame", "ok"); else tell("sayDifferent", "bad");
  });
}
