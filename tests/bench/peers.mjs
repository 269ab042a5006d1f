// Warm signatures of another library with the same key on the same bytes; prints the median CPU milliseconds.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [name, folder, times] = process.argv.slice(2);
const letter = readFileSync(`${folder}/letter.pdf`);

const peers = {
  // A whole signature: reads the file, appends a field and the CMS.
  async libpdf() {
    const { PDF, P12Signer } = await import(pathToFileURL(`${folder}/node_modules/@libpdf/core/dist/index.mjs`));
    const signer = await P12Signer.create(new Uint8Array(readFileSync(`${folder}/key.p12`)), "bench");
    const pdf = new Uint8Array(letter);
    return async () => (await PDF.load(pdf)).sign({ signer, reason: "-", location: "-", level: "B-B" });
  },
  // The CMS alone, over bytes that another library has prepared: what our approval does beside time and seal.
  async documenso() {
    const { signWithPrivateKey } = createRequire(`${folder}/`)("@documenso/pdf-sign");
    const [cert, privateKey] = ["cert.pem", "key.pem"].map((file) => readFileSync(`${folder}/${file}`));
    return async () => signWithPrivateKey({ content: letter, cert, privateKey });
  },
};

const sign = await peers[name]();
const spent = [];
for (let i = 0; i < Number(times); i += 1) {
  const before = process.cpuUsage();
  await sign();
  const { user, system } = process.cpuUsage(before);
  spent.push((user + system) / 1000);
}
spent.sort((a, b) => a - b);
console.log(spent[spent.length >> 1]);
