// Quick choices below the box: they write flags into the text, and show what the text says.
import { make } from "./element.js";
import { say } from "./texts.js";

const { values = {} } = JSON.parse(document.getElementById("data").textContent);
const chips = document.getElementById("chips");
const box = document.getElementById("text");
const CHOICES = { ar: values.ar, n: values.n ?? [1, 2, 3, 4], style: values.style, model: values.model };

const pattern = (name) => new RegExp(`(^|\\s)--${name}(?:\\s+|=)("[^"]*"|(?!--)\\S+)`, "i");

/** Show in the quick choices what the text says. */
export function showFlags(text) {
  for (const label of chips.children) {
    const select = label.querySelector("select");
    const said = pattern(select.name).exec(text)?.[2].replaceAll('"', "") ?? "";
    const known = [...select.options].some((option) => option.value === said);
    select.querySelector("[data-typed]")?.remove();
    if (said && !known) select.append(make("option", { value: said, "data-typed": true }, said));
    select.value = said;
    label.classList.toggle("set", said !== "");
  }
}

function write(name, value) {
  const flag = value && `--${name} ${/\s/.test(value) ? `"${value}"` : value}`;
  const text = box.value;
  const now = pattern(name).test(text)
    ? text.replace(pattern(name), (_all, space) => (flag ? space + flag : ""))
    : `${text.trimEnd()}${text.trim() && flag ? " " : ""}${flag}`;
  document.dispatchEvent(new CustomEvent("flag", { detail: now.trimStart() }));
}

for (const [name, choices] of Object.entries(CHOICES)) {
  if (!choices?.length || (choices.length === 1 && name === "model")) continue;
  const options = choices.map((choice) => make("option", { value: choice }, String(choice)));
  const any = make("option", { value: "" }, say("any"));
  const select = make("select", { name, onchange: () => write(name, select.value) }, any, ...options);
  chips.append(make("label", {}, make("span", {}, say(name)), select));
}
