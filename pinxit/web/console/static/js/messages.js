// The messages of the page: put in order, exchanged without losing the focus, made the reader's own.
import { make, parse } from "./element.js";
import { learn, showKept } from "./kept.js";
import { say } from "./texts.js";

const list = document.getElementById("messages");
const { me } = document.body.dataset;
const GOING = ["queued", "running", "waiting"];

export const all = () => [...(list?.querySelectorAll(".msg") ?? [])];
export const find = (job) => document.getElementById(`job-${job}`);
export const isGoing = (message) => GOING.includes(message.dataset.state);

/** Give a message what only this reader sees: own buttons, favourites, one stop of the Tab key. */
export function adopt(message) {
  message.classList.toggle("own", message.dataset.person === me);
  for (const picture of message.querySelectorAll(".pic")) {
    picture.dataset.image = picture.getAttribute("href").split("/").at(-2);
  }
  for (const numbered of message.querySelectorAll(".acts button:not(:has(i))")) {
    numbered.title = `${say(`title_${numbered.dataset.act}`)} ${Number(numbered.dataset.index) + 1}`;
  }
  colour(message);
  showKept(message);
  setStop(message, message.tabIndex === 0);
}

/** Let the Tab key into a message, or past it. */
export function setStop(message, on) {
  message.tabIndex = on ? 0 : -1;
  for (const control of message.querySelectorAll("a, button, summary")) control.tabIndex = on ? 0 : -1;
}

/** Colour the initials by the person, so that a name has the same colour everywhere. */
export function colour(root) {
  for (const face of root.querySelectorAll(".face")) {
    const { person } = face.closest("[data-person]").dataset;
    let hue = 7;
    for (const letter of person) hue = (hue * 31 + letter.charCodeAt(0)) % 360;
    face.style.setProperty("--hue", (hue * 137) % 360);
  }
}

/** Put one rendered message in its place. Return what was there before: "new", "changed" or "same". */
export function place(article) {
  const old = find(article.dataset.job);
  if (old) return exchange(old, article);
  const after = all().findLast((message) => message.dataset.job < article.dataset.job);
  if (after) after.after(article);
  else list.prepend(article);
  adopt(article);
  keepStop();
  markDays();
  return "new";
}

/** Put the messages of a fragment in front of those shown, or in their places. Return the fragment's wrapper. */
export function placeAll(html) {
  const wrapper = parse(html).firstElementChild;
  learn(wrapper);
  for (const article of wrapper.querySelectorAll(".msg")) place(article);
  return wrapper;
}

export function read(html) {
  return parse(html).querySelector(".msg");
}

export function remove(job) {
  const message = find(job);
  if (!message) return;
  const heir = message.contains(document.activeElement) ? neighbour(message) : null;
  message.remove();
  markDays();
  if (heir) focusOn(heir);
  else keepStop();
}

export function clear() {
  list.replaceChildren();
}

/** Move the one stop of the Tab key to this message, and the focus too. */
export function focusOn(message) {
  for (const other of list.querySelectorAll('.msg[tabindex="0"]')) if (other !== message) setStop(other, false);
  setStop(message, true);
  message.focus({ preventScroll: true });
  message.scrollIntoView({ block: "nearest" });
}

/** Show how a running job is doing; cheap, and silent to screen readers. */
export function showProgress({ job, progress, status, preview }) {
  const message = find(job);
  if (!message || !isGoing(message)) return;
  const line = message.querySelector(".going .status");
  if (line && status) line.textContent = status;
  const bar = message.querySelector("progress");
  if (bar && progress != null) bar.value = progress;
  const blank = preview && message.querySelector(".blank");
  if (!blank) return;
  const fresh = make("img", { alt: "", class: "preview" });
  fresh.onload = () => {
    blank.querySelector("img")?.remove();
    blank.append(fresh);
  };
  fresh.src = preview;
}

function exchange(old, article) {
  if (old.dataset.version === article.dataset.version) return "same";
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const again = focused === old ? article : focused && sameControl(focused, article);
  carryPreview(old, article);
  if (old.querySelector("details[open]")) article.querySelector("details")?.setAttribute("open", "");
  article.tabIndex = old.tabIndex;
  article.classList.toggle("grouped", old.classList.contains("grouped"));
  old.replaceWith(article);
  adopt(article);
  if (focused) (again ?? article).focus({ preventScroll: true });
  return "changed";
}

function sameControl(control, article) {
  const { act, index } = control.dataset;
  if (control.matches(".pic")) return article.querySelector(`.pic[data-index="${index}"]`);
  const where = control.closest(".react") ? ".react " : ".acts ";
  const which = index == null ? ":not([data-index])" : `[data-index="${index}"]`;
  return act ? article.querySelector(`${where}[data-act="${act}"]${which}`) : null;
}

function carryPreview(old, article) {
  const preview = old.querySelector(".blank img");
  if (!preview) return;
  const blank = article.querySelector(".blank");
  if (blank) return void blank.append(preview);
  const picture = article.querySelector(".pic");
  if (!picture) return;
  preview.className = "under";
  picture.append(preview);
  const image = picture.querySelector("img:not(.under)");
  image.loading = "eager";
  for (const end of ["load", "error"]) image.addEventListener(end, () => preview.remove(), { once: true });
}

/** See to it that the Tab key finds a message as long as there is one. */
function keepStop() {
  const shown = all();
  if (shown.length && !shown.some((message) => message.tabIndex === 0)) setStop(shown.at(-1), true);
}

function neighbour(message) {
  const shown = all();
  const at = shown.indexOf(message);
  return shown[at + 1] ?? shown[at - 1];
}

function markDays() {
  for (const heading of list.querySelectorAll(".day")) heading.remove();
  let day = "";
  for (const message of all()) {
    const next = message.dataset.day;
    if (next !== day) message.before(make("h2", { class: "day" }, make("span", {}, next)));
    day = next;
  }
  markGroups();
}

/** Show which messages belong to one wish: those after the first stand closer. */
export function markGroups() {
  let group = "";
  for (const message of all()) {
    const next = message.dataset.group;
    message.classList.toggle("grouped", next === group && message.previousElementSibling?.matches(".msg") === true);
    group = next;
  }
}
