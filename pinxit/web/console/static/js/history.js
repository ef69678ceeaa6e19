// History: older messages come in below.
import "./page.js";
import { make, parse } from "./element.js";
import { learn } from "./kept.js";
import { adopt, focusOn } from "./messages.js";
import { piece } from "./net.js";
import { notify } from "./notices.js";

const list = document.getElementById("messages");

list.addEventListener("click", async (event) => {
  const link = event.target.closest('a[rel="next"]');
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const url = new URL(link.href);
  url.searchParams.set("fragment", "1");
  try {
    const wrapper = parse((await piece(url)).html).firstElementChild;
    const days = [...list.querySelectorAll(".day")];
    const first = wrapper.querySelector(".day");
    if (first && days.at(-1)?.textContent.trim() === first.textContent.trim()) first.replaceWith(make("span"));
    const messages = [...wrapper.querySelectorAll(".msg")];
    learn(wrapper);
    messages.forEach(adopt);
    link.closest("p").replaceWith(wrapper);
    if (messages.length) focusOn(messages[0]);
  } catch (error) {
    notify(error.message, { bad: true });
  }
});
