/* What a seal says, for people. */
import { part } from "./words.js";

const language = () => document.documentElement.lang || "id";

/* A date without a time is the same everywhere; a moment is shown in the reader's zone, with its name. */
export const day = (date) => new Intl.DateTimeFormat(language(), { dateStyle: "long", timeZone: "UTC" }).format(date);
export const moment = (date) => new Intl.DateTimeFormat(language(), {
  day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
}).format(date);

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
