// Warm signatures of another library on the same file with the same key; prints the median CPU milliseconds.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, file, store, times] = process.argv.slice(2);
const { PDF, P12Signer } = await import(pathToFileURL(`${folder}/node_modules/@libpdf/core/dist/index.mjs`));
const pdf = new Uint8Array(readFileSync(file));
const signer = await P12Signer.create(new Uint8Array(readFileSync(store)), "bench");
const spent = [];
for (let i = 0; i < Number(times); i += 1) {
  const before = process.cpuUsage();
  const document = await PDF.load(pdf);
  await document.sign({ signer, reason: "-", location: "-", level: "B-B" });
  const { user, system } = process.cpuUsage(before);
  spent.push((user + system) / 1000);
}
spent.sort((a, b) => a - b);
console.log(spent[spent.length >> 1]);
