/* <form data-behaviour="submit-once" data-say-busy="…">: a second tap does nothing while the first is under way,
   yet a lost connection never leaves a dead button: it wakes after `data-wait` seconds, or on coming back. */
export function once(form, busy = form.dataset.sayBusy) {
  if (form.dataset.once) return;
  form.dataset.once = "ready";
  const label = (button) => button.querySelector("span") ?? button;
  let pressed = null;
  let words = "";
  let timer;
  const wake = () => {
    clearTimeout(timer);
    form.dataset.once = "ready";
    form.removeAttribute("aria-busy");
    if (pressed) { pressed.removeAttribute("aria-disabled"); label(pressed).textContent = words; pressed = null; }
  };
  form.addEventListener("submit", (event) => {
    if (form.dataset.once === "busy") { event.preventDefault(); return; }
    form.dataset.once = "busy";
    form.setAttribute("aria-busy", "true");
    pressed = event.submitter ?? form.querySelector("button[type=submit]");
    if (pressed) {
      words = label(pressed).textContent;
      pressed.setAttribute("aria-disabled", "true");
      if (busy) label(pressed).textContent = busy;
    }
    timer = setTimeout(wake, 1000 * (form.dataset.wait ?? 20));
  });
  addEventListener("pageshow", (event) => { if (event.persisted) wake(); });
  addEventListener("offline", wake);
}

export default (form) => once(form);
