// The dialog that makes a channel.
import { openDialog } from "./dialogs.js";
import { button, make } from "./element.js";
import { post } from "./net.js";
import { say } from "./texts.js";

/** Ask for a name, make the channel and go there. */
export function askForChannel() {
  const name = make("input", { maxlength: 60, required: true, autofocus: true, dir: "auto" });
  const wrong = make("p", { class: "error", role: "alert", hidden: true });
  const create = make("button", { type: "submit", class: "strong" }, say("create"));
  const submit = async (event) => {
    event.preventDefault();
    try {
      location.assign((await (await post("/channels", { name: name.value.trim() })).json()).url);
    } catch (error) {
      wrong.textContent = error.message;
      wrong.hidden = false;
    }
  };
  const field = make("label", { class: "field" }, make("span", {}, say("channel_name")), name);
  const row = make("div", { class: "row end" }, button(say("cancel"), () => dialog.close()), create);
  const form = make("form", { class: "body", onsubmit: submit }, field, wrong, row);
  const dialog = openDialog(say("new_channel"), [], { kind: "small" });
  dialog.querySelector(".body").replaceWith(form);
  name.focus();
}
