// What every page does: its messages made the reader's own, keys, buttons, the viewer when a picture is opened.
import "./shell.js";
import "./keyboard.js";
import { learn } from "./kept.js";
import { adopt, all, markGroups, setStop } from "./messages.js";
import { notify } from "./notices.js";

for (const element of document.querySelectorAll("[data-favourites]")) learn(element);
for (const message of all()) adopt(message);
markGroups();
const last = all().at(-1);
if (last) setStop(last, true);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reveal]");
  const picture = button?.parentElement.querySelector(".pic");
  if (!picture) return;
  for (const image of picture.querySelectorAll("img[data-src]")) image.src = image.dataset.src;
  picture.classList.remove("covered");
  picture.inert = false;
  button.remove();
  picture.focus();
});

document.addEventListener("click", async (event) => {
  const picture = event.target.closest(".pic[data-image]");
  if (!picture || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  try {
    (await import("./viewer.js")).view(picture);
  } catch (error) {
    notify(error.message, { bad: true });
  }
});

// A preview is gone as soon as its job is done.
const forget = ({ target }) => target.matches?.(".preview, .under") && target.remove();
document.addEventListener("error", forget, true);
