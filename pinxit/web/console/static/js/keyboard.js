// Everything by keyboard: one message of the stream has the focus, and letters act on it.
import { meant, press } from "./acts.js";
import { isTyping } from "./element.js";
import { all, focusOn, setStop } from "./messages.js";

const ACTS = { r: "reroll", e: "edit", f: "favourite", d: "details", x: "delete" };

/** Whether keys without Ctrl do something; voice control users may want them off. */
export const singleKeys = () => localStorage.getItem("pinxit.keys") !== "off";
export const setSingleKeys = (on) => localStorage.setItem("pinxit.keys", on ? "on" : "off");

async function showKeys() {
  (await import("./keys_list.js")).showKeys();
}

function step(by, from) {
  const shown = all();
  const at = from ? shown.indexOf(from) + by : by < 0 ? shown.length - 1 : shown.findIndex(isVisible);
  const next = shown[Math.max(0, Math.min(shown.length - 1, at))];
  if (next) focusOn(next);
  if (by < 0 && at < 0) document.dispatchEvent(new CustomEvent("want-older"));
}

function isVisible(message) {
  return message.getBoundingClientRect().bottom > 80;
}

function inMessages(event, message) {
  const { key } = event;
  if (key === "j" || key === "ArrowDown") step(1, message);
  else if (key === "k" || key === "ArrowUp") step(-1, message);
  else if (key === "Home") focusOn(all()[0]);
  else if (key === "End") focusOn(all().at(-1));
  else if (key === "Enter" && event.target === message) {
    const first = message.querySelector("[data-reveal], .pic");
    if (first) first.click();
    else press("details", meant(message));
  } else if (ACTS[key] && singleKeys()) {
    const known = message.querySelector(`[data-act="${ACTS[key]}"]`);
    if (known && getComputedStyle(known).display !== "none") known.click();
  } else return false;
  return true;
}

function everywhere(event) {
  const box = document.getElementById("text") ?? document.querySelector('input[type="search"]');
  if (event.key === "/" && box) box.focus();
  else if (event.key === "?") showKeys();
  else if (["j", "k"].includes(event.key) && all().length) step(event.key === "k" ? -1 : 1, null);
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const message = event.target.closest(".msg");
  const onControl = message && event.target !== message && ["Enter", " "].includes(event.key);
  if (onControl) return;
  if ((message && inMessages(event, message)) || (singleKeys() && everywhere(event))) event.preventDefault();
});

document.addEventListener("focusin", (event) => {
  const message = event.target.closest(".msg");
  if (!message || message.tabIndex === 0) return;
  for (const other of all()) if (other.tabIndex === 0 && other !== message) setStop(other, false);
  setStop(message, true);
});

document.getElementById("keys")?.addEventListener("click", showKeys);
