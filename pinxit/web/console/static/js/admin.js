// Forms of the operator's pages: sent as JSON, answered with a sentence, and the page as it is then.
import "./page.js";
import { make } from "./element.js";
import { post } from "./net.js";
import { notify } from "./notices.js";
import { say } from "./texts.js";

const SAID = "pinxit.said";

/** Return what a form says, as texts; one that saves only what was changed says only that. */
function bodyOf(form, submitter) {
  const body = Object.fromEntries(new FormData(form, submitter));
  if (!("changed" in form.dataset)) return body;
  const changed = [...form.elements].filter((one) => one.name && isChanged(one)).map((one) => one.name);
  return Object.fromEntries(changed.map((name) => [name, body[name]]));
}

function isChanged(control) {
  if (control.matches("select")) return [...control.options].some((one) => one.selected !== one.defaultSelected);
  return control.value !== control.defaultValue;
}

async function isSure(question) {
  return !question || (await import("./dialogs.js")).ask(question, say("sure"));
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-post]");
  if (!form) return;
  event.preventDefault();
  const wrong = form.querySelector(".error");
  if (wrong) wrong.hidden = true;
  if (!(await isSure(form.dataset.sure))) return;
  try {
    const answer = await (await post(form.dataset.post, bodyOf(form, event.submitter))).json();
    if ("stays" in form.dataset) return void show(form.querySelector(".outcome"), answer);
    sessionStorage.setItem(SAID, answer.said);
    location.reload();
  } catch (error) {
    if (!wrong) return void notify(error.message, { bad: true });
    wrong.textContent = error.message;
    wrong.hidden = false;
  }
});

function show(place, { said, lines }) {
  place.replaceChildren(make("p", {}, said), make("ul", {}, ...lines.map((line) => make("li", {}, line))));
}

const said = sessionStorage.getItem(SAID);
sessionStorage.removeItem(SAID);
if (said) notify(said);
