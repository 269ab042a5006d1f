/* <button data-behaviour="copy" data-text="…" data-say-done="…"> */
export async function copy(button, text) {
  const label = button.querySelector("span") ?? button;
  const words = label.textContent;
  try { await navigator.clipboard.writeText(text); } catch { return; }
  label.textContent = button.dataset.sayDone;
  label.setAttribute("role", "status");
  setTimeout(() => { label.textContent = words; }, 2500);
}

export default function (button) {
  button.addEventListener("click", () => copy(button, button.dataset.text));
}
