// Suggestions while a command, a flag or a flag's value is being typed.
import { make } from "./element.js";
import { announce } from "./notices.js";
import { say } from "./texts.js";

const data = JSON.parse(document.getElementById("data").textContent);
const box = document.getElementById("text");
const list = document.getElementById("suggest");
const MOST = 12;
let shown = [];
let chosen = 0;

/** Take a key of the box if the suggestions are open. Return whether it was taken. */
export function completing(event) {
  if (list.hidden || event.shiftKey) return false;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose((chosen + step + shown.length) % shown.length);
  else if (event.key === "Escape") close();
  else if (event.key === "Tab") accept(shown[chosen]);
  else if (event.key === "Enter") {
    const { name, typed, more } = shown[chosen];
    if (name === typed && !more) return close(), false; // Typed in full: Enter sends.
    accept(shown[chosen]);
  } else return false;
  event.preventDefault();
  return true;
}

/** Return what may stand at the caret: {text, from, typed, name, about, more}; `more`: something has to follow. */
function suggestions(text, caret) {
  const before = text.slice(0, caret);
  const command = /^\s*\/(\w*)$/.exec(before);
  if (command) {
    const from = caret - command[1].length - 1;
    const known = ({ name, summary, takes }) => offer(`/${name}`, summary, takes === "prompt", takes !== "");
    return starting(data.commands.map(known), `/${command[1]}`, from);
  }
  const flag = /(?:^|\s)((?:--|—|–)[\w-]*)$/.exec(before);
  if (flag) {
    const typed = flag[1].replace(/^[—–]/, "--");
    const rest = text.slice(0, caret - flag[1].length);
    const free = data.flags.filter(({ name }) => !new RegExp(`(?:^|\\s)--${name}(?=[\\s=]|$)`, "i").test(rest));
    const known = ({ name, allowed }) => offer(`--${name}`, aboutFlag(name, allowed), [allowed].flat().length > 0);
    return starting(free.map(known), typed, caret - flag[1].length);
  }
  const wildcard = /(?<![\\_\w])__([\w/-]*)$/.exec(before);
  if (wildcard) {
    const known = (name) => ({ name: `__${name}__`, about: "", text: `__${name}__` });
    return starting((data.values?.__ ?? []).map(known), wildcard[0], caret - wildcard[0].length);
  }
  const value = /(?:^|\s)--([\w-]+)(?:\s+|=)(?:"([^"]*)|((?:(?!\s--)[^"\n])*))$/.exec(before);
  const values = value && data.values?.[value[1].toLowerCase()];
  if (!values) return [];
  const typed = value[2] ?? value[3];
  const quoted = value[2] != null ? 1 : 0;
  const known = (name) => ({ name, about: "", text: /\s/.test(name) ? `"${name}" ` : `${name} ` });
  return starting(values.map(String).map(known), typed, caret - typed.length - quoted);
}

const offer = (name, about, more, space = more) => ({ name, about, more, text: space ? `${name} ` : name });

function aboutFlag(name, allowed) {
  return [say(`flag_${name}`), [allowed].flat().join(", ")].filter(Boolean).join(" · ");
}

function starting(known, typed, from) {
  const low = typed.toLowerCase();
  const first = known.filter(({ name }) => name.toLowerCase().startsWith(low));
  const bare = low.replace(/^(--|\/|__)/, "");
  const inside = known.filter((one) => !first.includes(one) && one.name.toLowerCase().includes(bare));
  return [...first, ...(bare.length > 1 ? inside : [])].slice(0, MOST).map((one) => ({ ...one, from, typed }));
}

function update() {
  const was = shown.length;
  const isCaret = document.activeElement === box && box.selectionStart === box.selectionEnd;
  shown = isCaret ? suggestions(box.value, box.selectionStart) : [];
  if (!shown.length) return close();
  list.replaceChildren(...shown.map(option));
  list.hidden = false;
  if (shown.length !== was) announce(say("suggestions", { n: shown.length }));
  return choose(0);
}

function option(one, index) {
  const take = (event) => (event.preventDefault(), accept(one));
  const about = one.about ? make("span", {}, one.about) : null;
  return make("li", { role: "option", id: `option-${index}`, onmousedown: take }, make("b", {}, one.name), about);
}

function choose(index) {
  chosen = index;
  for (const [at, item] of [...list.children].entries()) item.setAttribute("aria-selected", at === index);
  list.children[index].scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", `option-${index}`);
}

function accept({ text, from }) {
  box.setRangeText(text, from, box.selectionStart, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function close() {
  shown = [];
  list.hidden = true;
  list.replaceChildren();
  box.removeAttribute("aria-activedescendant");
}

box.addEventListener("input", update);
box.addEventListener("click", update);
box.addEventListener("blur", close);
box.addEventListener("keyup", (event) => ["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key) && update());
