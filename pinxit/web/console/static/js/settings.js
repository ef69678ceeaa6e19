// The person's settings; light, dark and keys belong to this browser.
import "./page.js";
import { setSingleKeys, singleKeys } from "./keyboard.js";
import { post } from "./net.js";
import { notify } from "./notices.js";
import { setTheme } from "./shell.js";
import { say } from "./texts.js";

const form = document.getElementById("settings");
const field = (name) => form.elements.namedItem(name);
const before = field("locale").value;

field("single_keys").checked = singleKeys();
field("single_keys").addEventListener("change", (event) => setSingleKeys(event.target.checked));
field("theme").addEventListener("change", (event) => setTheme(event.target.value));
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = (name) => field(name).value.trim();
  const wanted = {
    name: text("name"),
    locale: text("locale"),
    count: text("count") ? Number(text("count")) : null,
    aspect: text("aspect"),
    generator: text("generator"),
    negative_prompt: text("negative_prompt"),
    enhance: text("enhance"),
    private: field("private").checked,
  };
  try {
    await post("/settings", wanted);
    if (wanted.locale === before) notify(say("saved"));
    else location.reload();
  } catch (error) {
    notify(error.message, { bad: true });
  }
});

document.getElementById("forget").addEventListener("click", async ({ currentTarget: button }) => {
  const { ask } = await import("./dialogs.js");
  if (!(await ask(say("forget_ask"), say("forget")))) return;
  button.disabled = true;
  const response = await fetch("/api/v1/mydata", { method: "DELETE" }).catch(() => null);
  if (response?.ok) return void location.reload();
  const said = await response?.json().catch(() => null);
  notify(said?.message ?? said?.error?.message ?? say("no_answer"), { bad: true });
  button.disabled = false;
});
