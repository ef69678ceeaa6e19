// The list of keys, and the switch for those without Ctrl.
import { openDialog } from "./dialogs.js";
import { make } from "./element.js";
import { setSingleKeys, singleKeys } from "./keyboard.js";
import { say } from "./texts.js";

const KEYS = {
  "/": "key_box",
  "j k ↑ ↓": "key_move",
  Enter: "key_open",
  "r e f d x": "key_acts",
  Esc: "key_close",
  "?": "key_help",
};

/** Show the keys. */
export function showKeys() {
  const rows = Object.entries(KEYS).flatMap(([keys, text]) => [
    make("dt", {}, ...keys.split(" ").map((key) => make("kbd", {}, key))),
    make("dd", {}, say(text)),
  ]);
  const box = make("input", { type: "checkbox", checked: singleKeys(), onchange: () => setSingleKeys(box.checked) });
  const toggle = make("label", { class: "check" }, box, make("span", {}, say("single_keys")));
  openDialog(say("keyboard"), [make("dl", { class: "keys-list" }, ...rows), toggle], { kind: "small" });
}
