// Short lines at the edge of the page, and words for those who listen instead of looking.
import { button, make } from "./element.js";
import { say } from "./texts.js";

const box = document.getElementById("notices");
const announcer = document.getElementById("announcer");
const SHOWN_MS = 6000;
const MOST = 3;
let waiting = [];

/** Show a line for a while; a bad one, or one with a link, stays until it is closed or pushed out. */
export function notify(text, { bad = false, link = null } = {}) {
  if (!text) return;
  const close = button(say("close"), () => line.remove(), { name: "close", text: false, class: "ghost" });
  const words = make("span", {}, text, ...(link ? [" ", make("a", { href: link.url }, link.text)] : []));
  const line = make("div", { class: bad ? "notice bad" : "notice" }, words, close);
  box.append(line);
  while (box.children.length > MOST) box.firstElementChild.remove();
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover(); // Above a dialog that was opened meanwhile.
  announce(text);
  if (!bad && !link) setTimeout(() => line.remove(), Math.max(SHOWN_MS, text.length * 60));
}

/** Take complaints away: the person has done something about them. */
export function forgive() {
  for (const line of box.querySelectorAll(".bad")) line.remove();
}

/** Say something to screen readers once. What comes within half a second is said together. */
export function announce(text) {
  waiting.push(text);
  if (waiting.length > 1) return;
  announcer.textContent = "";
  setTimeout(() => {
    announcer.textContent = waiting.slice(-3).join(". ");
    waiting = [];
  }, 500);
}
