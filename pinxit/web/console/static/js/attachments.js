// Pictures to send along: chosen, dropped or pasted, each with what it is for.
import { answered } from "./acts.js";
import { button, make } from "./element.js";
import { base64, post } from "./net.js";
import { announce, notify } from "./notices.js";
import { say } from "./texts.js";

const tray = document.getElementById("tray");
const input = document.getElementById("files");
const drop = document.getElementById("drop");
const TYPES = ["image/png", "image/jpeg", "image/webp"];
const ROLES = ["image", "mask", "style"];
const MOST_MB = 20;
let pictures = [];

/** Return what is attached: {name, role, data (base64)}. */
export function attachments() {
  return pictures.map(({ name, role, data, type }) => ({ name, role, data, type }));
}

export function clearAttachments() {
  for (const { url } of pictures) URL.revokeObjectURL(url);
  pictures = [];
  draw();
}

/** Attach again what a refused wish had with it. */
export function restoreAttachments(images) {
  for (const { name, role, data, type } of images) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const blob = new Blob([bytes], { type: type || "image/png" });
    pictures.push({ name, role, data, type, blob, url: URL.createObjectURL(blob) });
  }
  draw();
}

/** Attach a picture; false if it is none. A second mask or style takes the first one's place. */
export async function attach(blob, name, role = "image") {
  if (!TYPES.includes(blob.type)) return notify(say("not_image", { name }), { bad: true });
  if (blob.size > MOST_MB * 2 ** 20) return notify(say("too_big", { name, n: MOST_MB }), { bad: true });
  const picture = { name, role, blob, type: blob.type, data: await base64(blob), url: URL.createObjectURL(blob) };
  pictures.push(picture);
  single(picture);
  draw();
  return announce(say("attached", { name }));
}

function single(picture) {
  if (picture.role !== "image") pictures = pictures.filter((one) => one === picture || one.role !== picture.role);
}

function draw() {
  tray.replaceChildren(...pictures.map(row));
  tray.hidden = !pictures.length;
  document.dispatchEvent(new CustomEvent("attached"));
}

function row(picture) {
  const options = ROLES.map((role) => make("option", { value: role }, say(`role_${role}`)));
  const change = () => {
    picture.role = select.value;
    single(picture);
    draw();
    tray.querySelectorAll("select")[pictures.indexOf(picture)]?.focus();
  };
  const select = make("select", { "aria-label": `${say("role")}: ${picture.name}`, onchange: change }, ...options);
  select.value = picture.role;
  const remove = () => {
    pictures = pictures.filter((one) => one !== picture);
    URL.revokeObjectURL(picture.url);
    draw();
    document.getElementById("text").focus();
  };
  const shut = button(`${say("remove")}: ${picture.name}`, remove, { name: "close", text: false, class: "ghost" });
  const paint = button(say("paint_mask"), () => paintMask(picture), { name: "brush" });
  paint.hidden = picture.role !== "image";
  const words = button(say("describe"), (event) => describe(picture, event.currentTarget), { name: "inspect" });
  const buttons = make("div", { class: "row" }, paint, words);
  const about = make("div", { class: "about" }, make("div", { class: "row" }, select, shut), buttons);
  return make("li", {}, make("img", { src: picture.url, alt: picture.name, title: picture.name }), about);
}

/** Turn a picture back into a prompt, in the box; the picture stays where it is. */
async function describe(picture, control) {
  const { guild } = document.getElementById("stream").dataset;
  control.disabled = true;
  try {
    const sent = { text: "/describe", images: [picture.data] };
    answered(await (await post(`/c/${encodeURIComponent(guild)}/send`, sent)).json(), guild);
  } catch (error) {
    notify(error.message, { bad: true });
  }
  control.disabled = false;
}

async function paintMask(picture) {
  const { paint } = await import("./painter.js");
  const mask = await paint(picture.blob);
  if (mask) await attach(mask, say("mask_of", { name: picture.name }), "mask");
}

async function attachAll(files) {
  for (const file of files) await attach(file, file.name || "image");
}

const isFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
document.getElementById("attach").addEventListener("click", () => input.click());
input.addEventListener("change", async () => {
  await attachAll(input.files);
  input.value = "";
});
document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.length || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  attachAll(files);
});
document.addEventListener("dragover", (event) => {
  if (!isFiles(event)) return;
  event.preventDefault();
  drop.hidden = false;
});
document.addEventListener("dragleave", (event) => !event.relatedTarget && (drop.hidden = true));
document.addEventListener("drop", (event) => {
  drop.hidden = true;
  if (!isFiles(event)) return;
  event.preventDefault();
  attachAll(event.dataTransfer.files);
});
