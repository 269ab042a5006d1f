/* <time data-behaviour="relative-time" datetime="…">: "3 jam lalu"; the full time stays as the title. */
const STEPS = [["minute", 60], ["hour", 3600], ["day", 86400], ["week", 604800]];

export default function relativeTime(time) {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  const at = Date.parse(time.dateTime);
  if (Number.isNaN(at)) return;
  const full = time.textContent;
  const show = () => {
    const seconds = (at - Date.now()) / 1000;
    const age = Math.abs(seconds);
    if (age > 4 * 604800) { time.textContent = full; return; }   // old letters: the date says more
    const [unit, size] = STEPS.findLast(([, least]) => age >= least) ?? ["second", 1];
    time.textContent = words.format(unit === "second" ? 0 : Math.trunc(seconds / size), unit);
  };
  show();
  setInterval(() => { if (!document.hidden) show(); }, 60_000);
}
