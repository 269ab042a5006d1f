/* <form data-behaviour="unsaved">: asks before leaving a form that was changed and not sent. */
export default function unsaved(form) {
  let changed = false;
  const guard = (event) => { if (changed) event.preventDefault(); };
  form.addEventListener("input", (event) => {
    if (!event.isTrusted || changed) return;
    changed = true;
    addEventListener("beforeunload", guard);       // only now: a standing listener would cost the back/forward cache
  });
  form.addEventListener("submit", () => { changed = false; removeEventListener("beforeunload", guard); });
}
