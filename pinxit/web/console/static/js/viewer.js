// The picture viewer: one picture large, the others an arrow away.
import { meant, press } from "./acts.js";
import { show } from "./dialogs.js";
import { button, icon, make } from "./element.js";
import { isKept } from "./kept.js";
import { say } from "./texts.js";
import { zooming } from "./zoom.js";

function promptOf(picture) {
  const prompt = picture.closest("[data-job]")?.querySelector(".prompt");
  return (prompt?.matches("details") ? prompt.lastChild : prompt)?.textContent.trim();
}

/** Open a picture; the page's others can be leafed through. */
export function view(first) {
  const pictures = [...document.querySelectorAll("#messages .pic[data-image]:not(.covered)")];
  if (!pictures.includes(first)) pictures.splice(0, pictures.length, first);
  let at = pictures.indexOf(first);
  const current = () => pictures[at];
  const image = make("img", { alt: "" });
  const stage = make("div", { class: "stage" }, image);
  const caption = make("p", { class: "caption", dir: "auto", "aria-live": "polite" });
  const zoom = zooming(stage, image, (by) => turn(by));

  const turn = (by) => {
    at = (at + by + pictures.length) % pictures.length;
    draw();
  };
  const act = (name, value = "") => {
    const about = meant(current());
    if (name !== "details" && name !== "favourite") dialog.close();
    press(name, { ...about, value });
  };
  const use = async () => {
    const { attach } = await import("./attachments.js");
    dialog.close();
    await attach(await (await fetch(current().href)).blob(), `${current().dataset.image}.png`);
    document.getElementById("text").focus();
  };
  const tool = (name, symbol, work, extra = {}) => button(say(name), work, { name: symbol, text: false, ...extra });
  const heart = tool("favourite", "heart", () => act("favourite"), { "aria-pressed": false });
  const named = { "aria-label": say("download"), title: say("download") };
  const load = make("a", { class: "button", download: true, ...named }, icon("download"));
  const before = tool("previous", "left", () => turn(-1), { class: "side before" });
  const after = tool("next", "right", () => turn(1), { class: "side after" });
  const tools = make("div", { class: "tools" },
    tool("zoom_out", "zoom-out", () => zoom.by(1 / 1.5)), tool("zoom_in", "zoom-in", () => zoom.by(1.5)),
    heart, tool("vary", "vary", () => act("vary")), tool("upscale", "upscale", () => act("upscale")),
    tool("outpaint", "outpaint", () => act("outpaint")),
    document.getElementById("composer") ? tool("use", "image", use) : null,
    tool("details", "details", () => act("details")), load);
  const shut = tool("close", "close", () => dialog.close(), { class: "shut" });
  const parts = [shut, stage, before, after, make("footer", {}, caption, tools)];
  const dialog = make("dialog", { class: "viewer", "aria-label": say("viewer") }, ...parts);

  function draw() {
    const picture = current();
    const small = picture.querySelector("img:not(.under)");
    zoom.reset();
    image.width = small.getAttribute("width");
    image.height = small.getAttribute("height");
    image.src = small.src;
    image.alt = promptOf(picture) || small.alt;
    const full = new Image();
    full.src = picture.href;
    full.decode().then(() => current() === picture && (image.src = full.src), () => {});
    const number = make("small", {}, say("picture", { i: at + 1, n: pictures.length }));
    caption.replaceChildren(number, promptOf(picture) || small.alt);
    load.href = picture.href;
    before.hidden = after.hidden = pictures.length < 2;
    drawHeart();
  }
  function drawHeart() {
    const kept = isKept(current().dataset.image);
    heart.setAttribute("aria-pressed", kept);
    heart.firstElementChild.className = `i i-${kept ? "heart-full" : "heart"}`;
  }
  const keys = {
    ArrowLeft: () => turn(-1), ArrowRight: () => turn(1), "+": () => zoom.by(1.5), "-": () => zoom.by(1 / 1.5),
    0: () => zoom.reset(), d: () => load.click(), i: () => act("details"), f: () => act("favourite"),
  };
  dialog.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  document.addEventListener("kept", drawHeart);
  draw();
  show(dialog, () => {
    document.removeEventListener("kept", drawHeart);
    current().focus({ preventScroll: true });
    current().scrollIntoView({ block: "nearest" });
  });
  shut.focus();
}
