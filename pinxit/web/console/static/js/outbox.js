// Wishes on their way. Each has its key from the first try to the answer, so trying again never paints twice.
import { answered } from "./acts.js";
import { button, make } from "./element.js";
import { newKey, post, Refusal } from "./net.js";
import { notify } from "./notices.js";
import { say } from "./texts.js";

const list = document.getElementById("outbox");
const { guild } = document.getElementById("stream").dataset;
const STORE = `pinxit.outbox.${guild}`;
const SHOW_MS = 500; // What is answered sooner is not worth a line.
const FIRST_S = 1;
const LONGEST_S = 20;
let entries = [];
let sending = false;
let timer = 0;
let giveBack = () => false;

/** Say who takes a wish back that was refused: true if it was taken. */
export function onReturn(work) {
  giveBack = work;
}

/** Send a wish, after those before it. `images`: {name, role, data (base64)}. */
export function send(text, images) {
  entries.push({ key: newKey(), text, images, pause: FIRST_S, left: 0, since: Date.now(), why: "" });
  save();
  setTimeout(draw, SHOW_MS);
  next();
}

async function next() {
  const entry = entries.find((one) => !one.refused);
  if (sending || !entry) return;
  sending = true;
  clearInterval(timer);
  try {
    const answer = await (await post(`/c/${encodeURIComponent(guild)}/send`, asked(entry))).json();
    drop(entry);
    answered(answer, guild);
    if (answer.keeps) wantedAgain({ ...entry, text: answer.refill });
  } catch (error) {
    if (error instanceof Refusal) refused(entry, error.message);
    else waitFor(entry);
  }
  sending = false;
  draw();
  if (!entry.left) next();
}

/** Give a wish back that only waits for a yes, with what was attached; it stays in the list if the box is in use. */
function wantedAgain(entry) {
  if (giveBack(entry)) return;
  entries.push({ ...entry, key: newKey(), since: 0, refused: true, why: "" });
  save();
}

/** Return a wish as the server reads it. */
export function asked({ text, key = null, images }) {
  const of = (role) => images.filter((image) => image.role === role).map((image) => image.data);
  return { text, key, images: of("image"), mask: of("mask")[0] ?? null, style_image: of("style")[0] ?? null };
}

function refused(entry, why) {
  notify(why, { bad: true });
  if (giveBack(entry)) drop(entry);
  else Object.assign(entry, { refused: true, why });
  save();
}

function waitFor(entry) {
  entry.left = Math.ceil(entry.pause);
  entry.pause = Math.min(LONGEST_S, entry.pause * 1.7);
  clearInterval(timer);
  timer = setInterval(() => {
    entry.left -= 1;
    if (entry.left <= 0) now(entry);
    else draw();
  }, 1000);
}

function now(entry) {
  clearInterval(timer);
  entry.left = 0;
  draw();
  next();
}

function drop(entry) {
  entries = entries.filter((one) => one !== entry);
  save();
}

function draw() {
  list.replaceChildren(...entries.filter((one) => Date.now() - one.since >= SHOW_MS - 20 || one.left).map(row));
  list.hidden = !list.children.length;
}

function row(entry) {
  const why = entry.refused ? entry.why : entry.left ? say("retry", { s: entry.left }) : say("sending");
  const back = () => {
    if (!giveBack(entry)) return;
    clearInterval(timer);
    drop(entry);
    draw();
    next();
  };
  const discard = () => {
    drop(entry);
    draw();
  };
  const idle = entry.refused || entry.left;
  return make("li", {},
    make("span", { class: "what", dir: "auto" }, entry.text),
    make("span", { class: "why" }, why),
    entry.left ? button(say("retry_now"), () => now(entry), { name: "send" }) : null,
    idle ? button(say("take_back"), back, { name: "edit" }) : null,
    entry.refused ? button(say("remove"), discard, { name: "close", text: false, class: "ghost" }) : null);
}

function save() {
  for (const whole of [true, false]) {
    const plain = entries.map(({ key, text, images }) => ({
      key, text, images: whole ? images : [], cut: !whole && images.length > 0,
    }));
    try {
      return sessionStorage.setItem(STORE, JSON.stringify(plain));
    } catch {
      // No room for the pictures: at least the words survive a reload.
    }
  }
  return undefined;
}

function load() {
  let kept = [];
  try {
    kept = JSON.parse(sessionStorage.getItem(STORE)) ?? [];
  } catch {
    // Somebody else's entry: nothing of ours to send.
  }
  // Without its pictures it would be another wish: it waits for the person instead of going out.
  const again = { pause: FIRST_S, left: 0, since: 0 };
  entries = kept.map((entry) => ({ ...entry, ...again, refused: entry.cut, why: entry.cut ? say("unsaved") : "" }));
  draw();
  next();
}

for (const event of ["online", "connected"]) {
  const target = event === "online" ? window : document;
  target.addEventListener(event, () => entries.filter((entry) => entry.left).forEach(now));
}
load();
