// What the wish in the box would cost, and what is left of the person's limit: asked for when the typing rests.
import { attachments } from "./attachments.js";
import { post } from "./net.js";
import { asked } from "./outbox.js";

const { guild } = document.getElementById("stream").dataset;
const box = document.getElementById("text");
const price = document.getElementById("price");
const left = document.getElementById("left");
const RESTS_MS = 450;
const MOST_CHARS = 1_500_000; // Larger pictures are not sent only to hear a price.
const PRICED = /^\s*(?!\/(?!(imagine|inpaint)\b))\S/i;
let timer = 0;
let last = "";
let number = 0;

/** Show what a text would cost, as soon as nobody types any more. */
export function showPrice(text) {
  if (text === last) return;
  last = text;
  clearTimeout(timer);
  if (PRICED.test(text)) timer = setTimeout(ask, RESTS_MS);
  else draw({ price: "" });
}

async function ask() {
  const images = attachments();
  const mine = ++number;
  if (images.reduce((sum, { data }) => sum + data.length, 0) > MOST_CHARS) return draw({ price: "" });
  try {
    const answer = await (await post(`/c/${encodeURIComponent(guild)}/price`, asked({ text: box.value, images }))).json();
    if (mine === number) draw(answer);
  } catch {
    if (mine === number) draw({ price: "" }); // What is wrong with it is said when it is sent.
  }
  return undefined;
}

function draw(answer) {
  number += 1; // An answer that is still on its way is too late.
  price.textContent = answer.price;
  if (answer.left == null) return;
  left.textContent = answer.left;
  left.hidden = !answer.left;
}

document.addEventListener("asked", ask);
document.addEventListener("attached", () => PRICED.test(box.value) && ask());
