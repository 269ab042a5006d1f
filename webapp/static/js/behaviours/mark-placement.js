/* The mark on the page: tap to place, drag to move, arrow keys for a point (with Shift ten), a slider for its size.
   The overlay's user units are points from the page's top left, so the numbers in the form are the numbers drawn. */
import { part, say } from "../lib/words.js";

const TO_MM = 25.4 / 72;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const tenth = (number) => Math.round(number * 10) / 10;
const limit = (value, room) => tenth(Math.min(Math.max(value, 0), Math.max(room, 0)));

export default function markPlacement(box) {
  const figure = box.querySelector("[data-page]");
  const view = figure.querySelector(".page__view");
  const overlay = figure.querySelector(".page__mark");
  const mark = overlay.querySelector(".mark");
  const page = { number: Number(figure.dataset.page), width: Number(figure.dataset.width), height: Number(figure.dataset.height) };
  const natural = { width: Number(box.dataset.naturalWidth), height: Number(box.dataset.naturalHeight) };
  const named = (name) => box.querySelector(`[name="${name}"]`);
  const points = Object.fromEntries(["x", "y", "width", "height"].map((name) => [name, named(name)]));
  const millimetres = Object.fromEntries(["x", "y", "width"].map((name) => [name, named(`${name}_mm`)]));
  const size = part(box, "size");
  const status = part(box, "status");
  const at = {
    x: Number(points.x.value), y: Number(points.y.value),
    width: Number(points.width.value) || natural.width, height: Number(points.height.value) || natural.height,
  };
  let isPlaced = !mark.hasAttribute("hidden");
  let held = null;
  let announcing;

  /* Only now may the points be sent; without this module the millimetres are. */
  function open() {
    for (const field of Object.values(points)) field.disabled = false;
  }

  function announce() {
    clearTimeout(announcing);
    announcing = setTimeout(() => {
      status.textContent = say(box, "sayMoved", { page: page.number, x: Math.round(at.x * TO_MM), y: Math.round(at.y * TO_MM) });
    }, 400);
  }

  function place(x, y, { quiet = false } = {}) {
    at.x = limit(x, page.width - at.width);
    at.y = limit(y, page.height - at.height);
    isPlaced = true;
    open();
    mark.removeAttribute("hidden");
    mark.setAttribute("transform", `translate(${at.x} ${at.y}) scale(${at.width / natural.width} ${at.height / natural.height})`);
    for (const [name, field] of Object.entries(points)) field.value = tenth(at[name]);
    for (const [name, field] of Object.entries(millimetres)) field.value = String(tenth(at[name] * TO_MM)).replace(".", ",");
    size.value = at.width;
    if (!quiet) announce();
  }

  /* Grow and shrink about the middle, in the mark's own shape. */
  function resize(width) {
    const middle = { x: at.x + at.width / 2, y: at.y + at.height / 2 };
    at.height = tenth((width * at.height) / at.width);
    at.width = width;
    if (isPlaced) place(middle.x - at.width / 2, middle.y - at.height / 2);
    else millimetres.width.value = String(tenth(width * TO_MM)).replace(".", ",");
  }

  /* Where on the page, in points, a finger is. */
  function point(event) {
    const area = overlay.getBoundingClientRect();
    return { x: ((event.clientX - area.left) / area.width) * page.width, y: ((event.clientY - area.top) / area.height) * page.height };
  }

  view.addEventListener("click", (event) => {
    if (mark.contains(event.target)) return;
    const { x, y } = point(event);
    place(x - at.width / 2, y - at.height / 2);
    mark.focus({ preventScroll: true });
  });

  mark.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    const { x, y } = point(event);
    held = { dx: x - at.x, dy: y - at.y };
    mark.setPointerCapture(event.pointerId);
    mark.classList.add("is-held");
    mark.focus({ preventScroll: true });
    event.preventDefault();
  });
  mark.addEventListener("pointermove", (event) => {
    if (!held || !event.isPrimary) return;
    const { x, y } = point(event);
    place(x - held.dx, y - held.dy);
  });
  const release = () => { held = null; mark.classList.remove("is-held"); };
  mark.addEventListener("pointerup", release);
  mark.addEventListener("pointercancel", release);
  /* Some engines do not heed touch-action inside a drawing: the page must not scroll away under the finger. */
  mark.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });

  mark.addEventListener("keydown", (event) => {
    const step = KEYS[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const length = event.shiftKey ? 10 : 1;
    place(at.x + step[0] * length, at.y + step[1] * length);
  });

  size.addEventListener("input", () => resize(Number(size.value)));

  for (const [name, field] of Object.entries(millimetres)) {
    field.addEventListener("change", () => {
      const typed = Number(field.value.replace(",", ".")) / TO_MM;
      if (!Number.isFinite(typed) || field.value.trim() === "") return;
      if (name === "width") resize(tenth(typed));
      else place(name === "x" ? typed : at.x, name === "y" ? typed : at.y);
    });
  }

  if (isPlaced) place(at.x, at.y, { quiet: true });
}
