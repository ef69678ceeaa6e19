// The command box. What is typed survives a reload, a lost connection and a refusal.
import { attachments, clearAttachments, restoreAttachments } from "./attachments.js";
import { completing } from "./completion.js";
import { showFlags } from "./flags.js";
import { forgive } from "./notices.js";
import { onReturn, send } from "./outbox.js";
import { showPrice } from "./price.js";

const form = document.getElementById("composer");
const box = document.getElementById("text");
const { guild } = document.getElementById("stream").dataset;
const DRAFT = `pinxit.draft.${guild}`;
const SENT = "pinxit.sent";
const MOST_SENT = 50;
let recalled = -1;

/** Put a text into the box and go there. */
export function fill(text) {
  box.value = text;
  changed();
  box.focus();
  box.setSelectionRange(text.length, text.length);
}

function changed() {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, innerHeight * 0.34)}px`;
  store(DRAFT, box.value);
  showFlags(box.value);
  showPrice(box.value);
}

function store(name, value) {
  try {
    sessionStorage.setItem(name, value);
    if (value) localStorage.setItem(name, value); // Outlives the tab.
    else localStorage.removeItem(name);
  } catch {
    // No room or not allowed: the text stays in the box.
  }
}

function sentBefore() {
  try {
    return JSON.parse(localStorage.getItem(SENT)) ?? [];
  } catch {
    return [];
  }
}

function recall(by) {
  const texts = sentBefore();
  const next = Math.max(-1, Math.min(texts.length - 1, recalled + by));
  if (next === recalled) return;
  fill(next < 0 ? "" : texts[next]);
  recalled = next;
}

async function submit() {
  const text = box.value.trim();
  const images = attachments();
  if (!text) return box.focus();
  store(SENT, JSON.stringify([text, ...sentBefore().filter((one) => one !== text)].slice(0, MOST_SENT)));
  fill("");
  clearAttachments();
  recalled = -1;
  forgive();
  return send(text, images);
}

box.addEventListener("input", () => {
  recalled = -1;
  changed();
});
box.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || completing(event)) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit();
  } else if (event.key === "Escape") box.blur();
  else if (event.key === "ArrowUp" && (!box.value || recalled >= 0)) {
    event.preventDefault();
    recall(1);
  } else if (event.key === "ArrowDown" && recalled >= 0) {
    event.preventDefault();
    recall(-1);
  }
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
document.addEventListener("refill", (event) => fill(event.detail));
document.addEventListener("flag", (event) => fill(event.detail));

onReturn((entry) => {
  if (box.value.trim()) return false; // Something else is being typed; it must not be overwritten.
  fill(entry.text);
  restoreAttachments(entry.images);
  return true;
});

const waiting = sessionStorage.getItem("pinxit.refill");
sessionStorage.removeItem("pinxit.refill");
box.value = waiting ?? sessionStorage.getItem(DRAFT) ?? localStorage.getItem(DRAFT) ?? "";
changed();
if (matchMedia("(pointer: fine)").matches && !location.search.includes("at=")) box.focus();
