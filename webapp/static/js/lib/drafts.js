/* What was typed into a form, kept in this tab only, until the server has taken it.
   Codes, passwords, files and hidden fields are never kept. */
const PREFIX = "draft:";
const SECRET = /^(password|hidden|file|submit|button|image|reset)$/;

export const isKept = (control) =>
  control.name && !SECRET.test(control.type) && !/one-time-code|password/.test(control.autocomplete);

export function read(key) {
  try { return JSON.parse(sessionStorage.getItem(PREFIX + key)); } catch { return null; }
}

export function write(key, draft) {
  try { sessionStorage.setItem(PREFIX + key, JSON.stringify(draft)); } catch { /* full or forbidden: the form still works */ }
}

export const forget = (key) => sessionStorage.removeItem(PREFIX + key);

/* On every logged-in page: drafts of another person go, and so do sent ones whose form did not come back. */
export function sweep(person) {
  const shown = new Set([...document.querySelectorAll("[data-draft]")].map((form) => form.dataset.draft));
  for (const name of Object.keys(sessionStorage)) {
    if (!name.startsWith(PREFIX)) continue;
    const key = name.slice(PREFIX.length);
    const draft = read(key);
    if (!draft || draft.person !== person || (draft.sent && !shown.has(key))) forget(key);
  }
}
