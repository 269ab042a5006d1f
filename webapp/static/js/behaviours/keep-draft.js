/* <form data-behaviour="keep-draft" data-draft="letter-new" data-say-restored="…">: what was typed survives an expired
   session or a lost connection, in this tab, for the same person. */
import * as drafts from "../lib/drafts.js";
import { part, say } from "../lib/words.js";

const value = (control) => (/checkbox|radio/.test(control.type) ? control.checked : control.value);

function collect(form) {
  const fields = {};
  for (const control of form.elements) {
    if (!drafts.isKept(control)) continue;
    const name = control.type === "radio" || control.type === "checkbox" ? `${control.name}=${control.value}` : control.name;
    fields[name] = value(control);
  }
  return fields;
}

function restore(form, fields) {
  let changed = false;
  for (const control of form.elements) {
    if (!drafts.isKept(control)) continue;
    const choice = /checkbox|radio/.test(control.type);
    const kept = fields[choice ? `${control.name}=${control.value}` : control.name];
    if (kept === undefined || kept === value(control)) continue;
    if (choice) control.checked = kept; else control.value = kept;
    changed = true;
  }
  return changed;
}

export default function keepDraft(form) {
  const key = form.dataset.draft;
  const person = document.documentElement.dataset.person ?? "";
  const kept = drafts.read(key);
  if (kept && kept.person === person && restore(form, kept.fields)) {
    form.dispatchEvent(new Event("input", { bubbles: true }));
    const status = part(form, "restored");
    if (status) { status.textContent = say(form, "sayRestored"); status.hidden = false; }
  }
  const save = (sent) => drafts.write(key, { person, sent, fields: collect(form) });
  let timer;
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 300, false); });
  form.addEventListener("submit", () => { clearTimeout(timer); save(true); });
}
