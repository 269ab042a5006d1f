/* A password can be looked at while typing; it is hidden again before it is sent, so that no browser keeps it as text. */
import { part, say } from "../lib/words.js";

export default function reveal(box) {
  const input = box.querySelector("input");
  const toggle = part(box, "toggle");
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    toggle.textContent = say(box, shown ? "sayHide" : "sayShow");
  };
  toggle.addEventListener("click", () => {
    show(input.type === "password");
    input.focus();
  });
  input.form?.addEventListener("submit", () => show(false));
}
