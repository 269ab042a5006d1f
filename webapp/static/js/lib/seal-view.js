/* What a seal says, for people. */
import { part } from "./words.js";

const ZONES = { "Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT" };   // as webapp/i18n.py
const language = () => (document.documentElement.lang === "en" ? "en-GB" : "id");
const shown = (date, options) => new Intl.DateTimeFormat(language(), options).format(date);

/* A date without a time is the same everywhere; a moment is shown in the reader's zone, with its name. */
export const day = (date) => shown(date, { dateStyle: "long", timeZone: "UTC" });

export function moment(date) {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const name = ZONES[zone] ?? shown(date, { timeZoneName: "short" }).split(" ").at(-1);
  return `${shown(date, { dateStyle: "long" })}, ${shown(date, { timeStyle: "short" })} ${name}`;
}

export const holder = (signer) => [signer.names.name, signer.names.organization].filter(Boolean).join(", ");

/* Fill the list of facts in a box; what the seal does not say has no row. */
export function showFacts(box, sealed, signer) {
  const list = part(box, "facts");
  const values = {
    ...sealed, datedOn: day(sealed.datedOn), at: moment(sealed.at), pages: String(sealed.pages),
    code: sealed.code.match(/.{4}/g).join("-"), holder: signer ? holder(signer) : "",
  };
  for (const place of list.querySelectorAll("dd")) {
    place.textContent = values[place.dataset.part];
    place.parentElement.hidden = !place.textContent;
  }
  list.hidden = false;
}
