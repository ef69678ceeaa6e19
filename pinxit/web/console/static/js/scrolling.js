// The reader's place in the stream: kept when older messages come in above, at the end when new ones come in below.
import { all, find, focusOn, placeAll } from "./messages.js";
import { piece, post } from "./net.js";
import { notify } from "./notices.js";
import { say } from "./texts.js";

const root = document.getElementById("stream");
const older = document.getElementById("older");
const down = document.getElementById("down");
const base = `/c/${encodeURIComponent(root.dataset.guild)}`;
const title = document.title;
const NEAR_PX = 90;
const READ_MS = 800;
let atEnd = true;
let lastTop = 0;
let missed = 0;
let loading = false;
let readTimer = 0;
let readUpTo = "";

/** Change the messages while the reader stays where they are. `isNew`: something came in at the end. */
export function settle(work, isNew = false) {
  const wasAtEnd = atEnd;
  work();
  if (wasAtEnd) toEnd();
  else if (isNew) missed += 1;
  if (isNew && document.hidden) missed += wasAtEnd ? 1 : 0;
  showMissed();
  markRead();
}

export function toEnd() {
  atEnd = true;
  root.scrollTop = root.scrollHeight;
}

function showMissed() {
  down.hidden = atEnd;
  down.lastElementChild.textContent = missed ? say("new", { n: missed }) : "";
  down.setAttribute("aria-label", missed ? say("new", { n: missed }) : say("to_end"));
  document.title = missed && document.hidden ? `(${missed}) ${title}` : title;
}

function markRead() {
  clearTimeout(readTimer);
  const newest = all().at(-1)?.dataset.job ?? "";
  if (!atEnd || document.hidden || !newest || newest <= readUpTo || "newer" in root.dataset) return;
  readTimer = setTimeout(() => {
    readUpTo = newest;
    post(`${base}/read`, { job: newest }).catch(() => (readUpTo = "")); // The next message tries again.
  }, READ_MS);
}

async function loadOlder() {
  if (loading || older.hidden || !root.dataset.older) return;
  loading = true;
  const anchor = all()[0];
  try {
    const fetched = await piece(`${base}/messages?before=${encodeURIComponent(root.dataset.older)}`);
    const top = anchor?.getBoundingClientRect().top;
    const wrapper = placeAll(fetched.html);
    root.dataset.older = fetched.older || (wrapper?.dataset.older ?? "");
    older.hidden = !root.dataset.older;
    if (anchor) root.scrollTop += anchor.getBoundingClientRect().top - top;
  } catch (error) {
    notify(error.message, { bad: true });
  }
  loading = false;
}

root.addEventListener("scroll", () => {
  const isNear = root.scrollHeight - root.scrollTop - root.clientHeight < NEAR_PX;
  // Only who scrolls up leaves the end: below, something may just have grown.
  if (isNear || root.scrollTop < lastTop) atEnd = isNear;
  lastTop = root.scrollTop;
  if (atEnd) missed = 0;
  showMissed();
  markRead();
}, { passive: true });

// Whatever grows while the reader is at the end (a keyboard on a phone, the command box) keeps the end in sight.
const keepEnd = new ResizeObserver(() => atEnd && toEnd());
keepEnd.observe(root);
keepEnd.observe(document.getElementById("messages"));

older.addEventListener("click", loadOlder);
document.addEventListener("want-older", loadOlder);
document.addEventListener("asked", toEnd);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && atEnd) missed = 0;
  showMissed();
  markRead();
});
down.addEventListener("click", () => {
  toEnd();
  const last = all().at(-1);
  if (last) focusOn(last);
});

const at = find(new URLSearchParams(location.search).get("at") ?? "");
if (at) {
  atEnd = false;
  focusOn(at);
  at.scrollIntoView({ block: "center" });
} else toEnd();
markRead();

// Only once somebody scrolls does reaching the top fetch more by itself.
root.addEventListener("wheel", watchTop, { once: true, passive: true });
root.addEventListener("touchmove", watchTop, { once: true, passive: true });
function watchTop() {
  const load = ([entry]) => entry.isIntersecting && loadOlder();
  new IntersectionObserver(load, { root, rootMargin: "300px" }).observe(older);
}
