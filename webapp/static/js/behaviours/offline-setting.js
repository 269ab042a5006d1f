/* The choice of this device: every pending letter is kept, when it is on Wi-Fi; and at once with a tap, on any network. */
import { NoRoom } from "../offline/keep.js";
import { keepAll, onWifi, refresh, wantAll, wantsAll } from "../offline/sync.js";
import { part, say } from "../lib/words.js";

export default function offlineSetting(box) {
  const { person } = document.documentElement.dataset;
  const [wanted, now] = [part(box, "wanted"), part(box, "now")];
  const tell = (key, values) => { part(box, "status").textContent = say(box, key, values); };

  async function keep() {
    tell("saySaving");
    try {
      await keepAll(await refresh(person, { all: true }), person);
      const count = await self.shelf.isThere() ? (await self.shelf.all("letters")).length : 0;
      tell("sayDone", { count });
    } catch (error) {
      console.info("offline:", error);
      tell(error instanceof NoRoom ? "sayFull" : "sayFailed");
    }
  }

  wanted.checked = wantsAll(person);
  wanted.disabled = false;
  if (wanted.checked && onWifi() === null) tell("sayUnknown");
  wanted.addEventListener("change", () => {
    wantAll(person, wanted.checked);
    if (!wanted.checked) tell("sayNothing");
    else if (onWifi()) keep();
    else if (onWifi() === null) tell("sayUnknown");
  });
  now.addEventListener("click", keep);
}
