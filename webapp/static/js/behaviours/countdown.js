/* How long the authenticator's present code lives. The device's clock decides, as it does in the authenticator. */
import { part, say } from "../lib/words.js";

export default function countdown(element) {
  const period = Number(element.dataset.period);
  const bar = element.querySelector("progress");
  const text = part(element, "text");
  const tick = () => {
    if (document.hidden) return;
    const seconds = period - Math.floor(Date.now() / 1000) % period;
    bar.value = seconds;
    text.textContent = say(element, "say", { seconds });
  };
  tick();
  setInterval(tick, 1000);
}
