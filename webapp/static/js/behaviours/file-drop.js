/* The drop zone around an <input type=file>. A file that the server would refuse for its size is not even sent. */
export default function fileDrop(zone) {
  const input = zone.querySelector("input[type=file]");
  const over = (on) => zone.classList.toggle("is-over", on);
  zone.addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
  zone.addEventListener("dragleave", () => over(false));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", () => {
    const isLarge = input.dataset.max && input.files[0]?.size > Number(input.dataset.max);
    input.setCustomValidity(isLarge ? input.dataset.sayLarge : "");
    if (isLarge) input.reportValidity();
  });
}
