// The mask painter. What is painted over becomes white in the mask, and white is painted anew.
import { openDialog } from "./dialogs.js";
import { button, make } from "./element.js";
import { say } from "./texts.js";

const SHOWN = "#ff4a2b";
const MOST_PX = 4096;

/** Let a person paint a mask over a picture. Return it as PNG of the picture's size, or null. */
export async function paint(blob) {
  const picture = await createImageBitmap(blob);
  const fit = Math.min(1, MOST_PX / Math.max(picture.width, picture.height));
  const width = Math.round(picture.width * fit);
  const height = Math.round(picture.height * fit);
  const url = URL.createObjectURL(blob);
  return new Promise((resolve) => {
    const easel = new Easel(url, width, height);
    let made = null;
    const done = async () => {
      made = await easel.mask();
      dialog.close();
    };
    const how = make("p", { class: "soft", id: "mask-how" }, say("mask_how"));
    const cancel = button(say("cancel"), () => dialog.close());
    const row = make("div", { class: "row end" }, cancel, button(say("use_mask"), done, { class: "strong" }));
    const onclose = () => {
      URL.revokeObjectURL(url);
      resolve(made);
    };
    const dialog = openDialog(say("mask_title"), [how, easel.tools, easel.element, row], { kind: "painter", onclose });
    easel.canvas.focus();
  });
}

class Easel {
  strokes = [];
  erasing = false;

  constructor(url, width, height) {
    const spoken = { role: "application", "aria-label": say("mask_canvas"), "aria-describedby": "mask-how" };
    this.canvas = make("canvas", { width, height, tabindex: 0, ...spoken });
    this.tip = make("span", { class: "tip", hidden: true });
    const picture = make("img", { src: url, alt: "", width, height });
    this.element = make("div", { class: "easel" }, picture, this.canvas, this.tip);
    this.size = Math.round(Math.max(width, height) / 12);
    this.x = width / 2;
    this.y = height / 2;
    const range = { type: "range", min: 4, max: Math.round(Math.max(width, height) / 3), value: this.size };
    this.range = make("input", { ...range, oninput: () => this.resize(Number(this.range.value)) });
    this.brush = button(say("brush"), () => this.choose(false), { name: "brush", "aria-pressed": true });
    this.eraser = button(say("eraser"), () => this.choose(true), { name: "eraser", "aria-pressed": false });
    this.tools = make("div", { class: "row" }, this.brush, this.eraser,
      make("label", {}, make("span", {}, say("brush_size")), this.range),
      button(say("undo"), () => this.undo(), { name: "undo" }),
      button(say("clear"), () => this.clear(), { name: "delete" }));
    this.listen();
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      canvas.focus();
      canvas.setPointerCapture(event.pointerId);
      this.moveTo(event);
      this.begin();
      this.drawing = true;
    });
    canvas.addEventListener("pointermove", (event) => {
      for (const each of event.getCoalescedEvents?.() ?? [event]) {
        this.moveTo(each);
        if (this.drawing) this.extend();
      }
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (this.drawing = false));
    canvas.addEventListener("keydown", (event) => this.onKey(event));
    canvas.addEventListener("focus", () => this.showTip());
  }

  onKey(event) {
    if (event.metaKey || event.altKey) return;
    const far = Math.max(2, this.size / 2);
    const moves = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far] };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (moves[key]) {
      this.x = Math.max(0, Math.min(this.canvas.width, this.x + moves[key][0]));
      this.y = Math.max(0, Math.min(this.canvas.height, this.y + moves[key][1]));
      if (event.shiftKey && this.strokes.length) this.extend();
      this.showTip();
    } else if (key === " ") this.begin();
    else if (key === "e") this.choose(!this.erasing);
    else if (key === "z") this.undo();
    else if (key === "+" || key === "-") this.resize(this.size * (key === "+" ? 1.25 : 0.8));
    else return;
    event.preventDefault();
  }

  moveTo(event) {
    const area = this.canvas.getBoundingClientRect();
    this.x = ((event.clientX - area.left) * this.canvas.width) / area.width;
    this.y = ((event.clientY - area.top) * this.canvas.height) / area.height;
    this.showTip();
  }

  showTip() {
    const { style } = this.tip;
    this.tip.hidden = false;
    style.left = `${(100 * this.x) / this.canvas.width}%`;
    style.top = `${(100 * this.y) / this.canvas.height}%`;
    style.width = style.height = `${(this.size * this.canvas.clientWidth) / this.canvas.width}px`;
  }

  resize(size) {
    this.size = Math.max(4, Math.min(Number(this.range.max), size));
    this.range.value = this.size;
    this.showTip();
  }

  choose(erasing) {
    this.erasing = erasing;
    this.brush.setAttribute("aria-pressed", !erasing);
    this.eraser.setAttribute("aria-pressed", erasing);
  }

  begin() {
    this.strokes.push({ erasing: this.erasing, size: this.size, points: [[this.x, this.y]] });
    this.draw(this.strokes.at(-1), 0);
  }

  extend() {
    const stroke = this.strokes.at(-1);
    stroke.points.push([this.x, this.y]);
    this.draw(stroke, stroke.points.length - 2);
  }

  /** Draw a stroke from one of its points on. */
  draw({ erasing, size, points }, from) {
    const pen = this.canvas.getContext("2d");
    pen.globalCompositeOperation = erasing ? "destination-out" : "source-over";
    pen.strokeStyle = SHOWN;
    pen.lineWidth = size;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(...points[from]);
    for (const point of points.slice(from)) pen.lineTo(...point);
    pen.stroke();
  }

  undo() {
    this.strokes.pop();
    this.canvas.getContext("2d").clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (const stroke of this.strokes) this.draw(stroke, 0);
  }

  clear() {
    this.strokes = [];
    this.undo();
  }

  /** Return the mask: white where it was painted, black elsewhere. */
  mask() {
    const { width, height } = this.canvas;
    const pixels = this.canvas.getContext("2d").getImageData(0, 0, width, height);
    for (let at = 0; at < pixels.data.length; at += 4) {
      const level = pixels.data[at + 3] > 127 ? 255 : 0;
      pixels.data.fill(level, at, at + 3);
      pixels.data[at + 3] = 255;
    }
    const out = make("canvas", { width, height });
    out.getContext("2d").putImageData(pixels, 0, 0);
    return new Promise((resolve) => out.toBlob(resolve, "image/png"));
  }
}
