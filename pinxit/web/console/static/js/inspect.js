// Inspect: drop, paste or choose a file, read how it came to be.
import "./page.js";
import { make, parse } from "./element.js";
import { base64, post } from "./net.js";
import { say } from "./texts.js";

const form = document.getElementById("inspect");
const input = document.getElementById("file");
const reading = document.getElementById("reading");

async function inspect(file) {
  if (!file) return;
  reading.replaceChildren(make("p", { class: "soft" }, say("reading")));
  try {
    const response = await post("/inspect", { image: await base64(file) });
    reading.replaceChildren(parse(await response.text()));
  } catch (error) {
    reading.replaceChildren(make("p", { class: "error" }, error.message));
  }
}

input.addEventListener("change", () => inspect(input.files[0]));
document.addEventListener("paste", (event) => inspect(event.clipboardData?.files[0]));
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  form.classList.add("over");
});
document.addEventListener("dragleave", () => form.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("over");
  inspect(event.dataTransfer.files[0]);
});
