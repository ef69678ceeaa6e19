// Dialogs. The browser keeps the focus inside, closes on Escape and gives the focus back.
import { button, make, parse } from "./element.js";
import { piece } from "./net.js";
import { say } from "./texts.js";

let count = 0;

/** Open a dialog over the page. `close` is called once, however it was closed. */
export function openDialog(title, content, { kind = "", onclose = () => {} } = {}) {
  const id = `dialog-${++count}`;
  const shut = button(say("close"), () => dialog.close(), { name: "close", text: false, class: "ghost" });
  const heading = make("h2", { id }, title);
  const body = make("div", { class: "body" }, ...[content].flat());
  const dialog = make("dialog", { class: kind, "aria-labelledby": id }, make("header", {}, heading, shut), body);
  return show(dialog, onclose);
}

/** Show a dialog that is made already. */
export function show(dialog, onclose = () => {}) {
  const before = document.activeElement;
  dialog.addEventListener("mousedown", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before?.isConnected) before.focus({ preventScroll: true });
    onclose();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Ask before something that cannot be undone. */
export function ask(question, yes) {
  return new Promise((resolve) => {
    let answer = false;
    const sure = button(yes, () => ((answer = true), dialog.close()), { class: "danger" });
    const no = button(say("keep"), () => dialog.close(), { autofocus: true });
    const content = [make("p", {}, question), make("div", { class: "row end" }, no, sure)];
    const dialog = openDialog(yes, content, { kind: "small", onclose: () => resolve(answer) });
  });
}

/** Ask for a sentence; null if there is none to be had, "" if nothing was written. */
export function askWhy(title, question, about) {
  return new Promise((resolve) => {
    let answer = null;
    const words = make("textarea", { rows: 3, maxlength: 500, dir: "auto", autofocus: true });
    const send = make("button", { type: "submit", class: "strong" }, title);
    const submit = (event) => {
      event.preventDefault();
      answer = words.value.trim();
      dialog.close();
    };
    const field = make("label", { class: "field" }, make("span", {}, question), words);
    const row = make("div", { class: "row end" }, button(say("cancel"), () => dialog.close()), send);
    const form = make("form", { class: "body", onsubmit: submit }, field, make("p", { class: "soft" }, about), row);
    const dialog = openDialog(title, [], { kind: "small", onclose: () => resolve(answer) });
    dialog.querySelector(".body").replaceWith(form);
    words.focus();
  });
}

/** Show everything about a job or one of its pictures. */
export async function showDetails(job, index) {
  const query = index == null ? "" : `&index=${index}`;
  const dialog = openDialog(say("details"), make("p", { class: "soft" }, say("loading")));
  const body = dialog.querySelector(".body");
  try {
    body.replaceChildren(parse((await piece(`/details/${job}?fragment=1${query}`)).html));
  } catch (error) {
    body.replaceChildren(make("p", { class: "error" }, error.message));
  }
}
