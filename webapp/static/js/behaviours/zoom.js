/* A page of the letter: double tap, or the button, shows it twice as large where it was tapped. Pinching stays the phone's. */
export default function zoom(figure) {
  const view = figure.querySelector(".page__view");
  const bar = figure.querySelector(".page__bar");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--text";

  const set = (on, x = 0.5, y = 0) => {
    view.classList.toggle("is-zoomed", on);
    button.textContent = on ? figure.dataset.sayOut : figure.dataset.sayIn;
    button.setAttribute("aria-pressed", String(on));
    if (on) view.scrollTo(x * view.scrollWidth - view.clientWidth / 2, y * view.scrollHeight - view.clientHeight / 2);
    else view.scrollTo(0, 0);
  };
  const toggleAt = (clientX, clientY) => {
    const box = view.firstElementChild.getBoundingClientRect();
    set(!view.classList.contains("is-zoomed"), (clientX - box.left) / box.width, (clientY - box.top) / box.height);
  };

  let last = { at: 0, x: 0, y: 0 };
  let touched = 0;
  view.addEventListener("pointerup", (event) => {
    if (event.pointerType === "mouse") return;
    touched = event.timeStamp;
    const near = Math.hypot(event.clientX - last.x, event.clientY - last.y) < 30;
    if (event.timeStamp - last.at < 350 && near) { toggleAt(event.clientX, event.clientY); last.at = 0; return; }
    last = { at: event.timeStamp, x: event.clientX, y: event.clientY };
  });
  view.addEventListener("dblclick", (event) => { if (event.timeStamp - touched > 800) toggleAt(event.clientX, event.clientY); });
  button.addEventListener("click", () => set(!view.classList.contains("is-zoomed")));
  set(false);
  bar.append(button);
}
