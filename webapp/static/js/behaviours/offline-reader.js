/* The offline page: at a letter's address the letter, else all that is kept; above them what waits for a signal. */
import "../offline/shelf.js";
import { part, say } from "../lib/words.js";
import { offer } from "../offline/decide.js";
import { queue } from "../offline/queue.js";
import { note } from "../offline/server.js";
import relativeTime from "./relative-time.js";
import zoom from "./zoom.js";

const { shelf } = self;
const made = (box, name) => part(box, name).content.firstElementChild.cloneNode(true);
const addressed = () => Number(/^\/letters\/(\d+)(\/|$)/.exec(location.pathname)?.[1] ?? 0);

function tell(box, key) {
  part(box, "told").textContent = say(box, key);
  part(box, "notice").hidden = false;
}

function age(box, at) {
  const time = document.createElement("time");
  time.dateTime = new Date(at).toISOString();
  time.textContent = new Date(at).toLocaleString(document.documentElement.lang);
  relativeTime(time);
  const [before, after] = say(box, "sayKept").split("{time}");
  const words = document.createElement("span");
  words.append(before, time, after ?? "");
  return words;
}

async function list(box, ids, except) {
  const letters = (await Promise.all(ids.map((id) => shelf.letter(id)))).filter((one) => one && one.id !== except);
  const rank = { sangat_segera: 0, segera: 1 };
  letters.sort((a, b) => (rank[a.urgency] ?? 2) - (rank[b.urgency] ?? 2) || b.used - a.used);
  for (const letter of letters) {
    const item = made(box, "item");
    const link = part(item, "link");
    link.textContent = letter.subject;
    link.href = `/letters/${letter.id}`;
    part(item, "office").textContent = letter.office;
    part(item, "number").textContent = letter.number;
    part(item, "age").append(age(box, letter.at));
    part(item, "prompt").hidden = letter.urgency !== "segera";
    part(item, "immediate").hidden = letter.urgency !== "sangat_segera";
    part(box, "letters").append(item);
  }
  part(box, "shelf").hidden = !letters.length;
}

async function showPages(box, letter) {
  for (const [index, { src, size: [width, height] }] of letter.pages.entries()) {
    const bytes = await shelf.page(letter.id, index + 1, src);
    const figure = made(box, "sheet");
    const caption = box.dataset.sayPage.replace("{number}", index + 1).replace("{total}", letter.pages.length);
    const image = figure.querySelector("img");
    Object.assign(image, { width, height, alt: caption });
    image.src = URL.createObjectURL(new Blob([bytes], { type: "image/webp" }));
    figure.querySelector(".page__view").setAttribute("aria-label", caption);
    figure.querySelector("figcaption span").textContent = caption;
    Object.assign(figure.dataset, { sayIn: box.dataset.sayIn, sayOut: box.dataset.sayOut });
    part(box, "pages").append(figure);
    zoom(figure);
  }
}

function showFacts(box, letter) {
  for (const [term, value] of letter.facts) {
    const [pair, dt, dd] = ["div", "dt", "dd"].map((name) => document.createElement(name));
    [dt.textContent, dd.textContent] = [term, value];
    pair.append(dt, dd);
    part(box, "facts").append(pair);
  }
}

const heading = (text) => { document.querySelector("h1").textContent = text; document.title = `${text} · Teken`; };

async function show(box, letter) {
  const article = part(box, "letter");
  heading(letter.subject);
  part(article, "number").textContent = letter.number;
  const code = article.querySelector(".control__code");
  code.textContent = letter.code;
  code.setAttribute("aria-label", [...letter.code].join(" "));
  showFacts(box, letter);
  article.hidden = false;
  part(box, "why").hidden = true;
  part(box, "all").hidden = false;
  await shelf.put("letters", letter.id, { ...await shelf.get("letters", letter.id), used: Date.now() });
}

export default async function offlineReader(box) {
  if (!("indexedDB" in window) || !await shelf.isThere()) return;
  const meta = await shelf.meta();
  if (!meta) return;
  if (meta.until < Date.now()) {
    await shelf.destroyLetters();
    tell(box, "sayOver");
  }
  const waiting = await queue(box);
  note(waiting.length);                                    // the worker that queued a form cannot
  /* What waits is sent by a page of the log-in; this letter's own may be gone meanwhile. */
  if (waiting.some((one) => !one.refused)) box.querySelector("[data-behaviour=reload]").dataset.home = "true";
  const ids = (await shelf.all("letters")).map((one) => one.id);
  const id = addressed();
  const letter = ids.includes(id) ? await shelf.letter(id) : null;
  if (letter) await show(box, letter);
  else if (id && meta.until >= Date.now()) tell(box, "sayNotKept");
  if (letter) offer(box, letter, waiting);
  if (location.pathname === "/offline") {
    if (navigator.onLine) part(box, "why").hidden = true;
    if (ids.length || waiting.length) heading(box.dataset.title);
  }
  await Promise.all([letter && showPages(box, letter), list(box, ids, id)]);
}
