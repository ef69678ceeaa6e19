// Which pictures are this person's favourites; one truth in all tabs of the browser.
const kept = new Set();
const channel = "BroadcastChannel" in window ? new BroadcastChannel("pinxit-favourites") : null;
channel?.addEventListener("message", ({ data }) => set(data.images, data.on));

/** Take over what the server rendered beside the messages. */
export function learn(element) {
  for (const image of (element?.dataset.favourites ?? "").split(" ")) if (image) kept.add(image);
}

export const isKept = (image) => kept.has(image);

/** Note what the server has just confirmed. */
export function keep(images, on) {
  set(images, on);
  channel?.postMessage({ images, on });
}

/** Show in a part of the page what is kept. */
export function showKept(root) {
  const messages = root.matches?.(".msg") ? [root] : root.querySelectorAll(".msg");
  for (const message of messages) {
    const pictures = [...message.querySelectorAll(".pic[data-image]")];
    for (const picture of pictures) picture.classList.toggle("kept", kept.has(picture.dataset.image));
    const all = pictures.length > 0 && pictures.every((picture) => kept.has(picture.dataset.image));
    message.querySelector('.react [data-act="favourite"]')?.setAttribute("aria-pressed", all);
  }
}

function set(images, on) {
  for (const image of images) if (on) kept.add(image); else kept.delete(image);
  showKept(document);
  document.dispatchEvent(new CustomEvent("kept"));
}
