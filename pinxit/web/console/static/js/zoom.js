// Zooming and moving a picture on its stage: wheel, double click, pinch, drag; a swipe turns the page.
const MOST = 10;
const SWIPE_PX = 60;

/** Make the picture zoomable. `onswipe(by)`: a swipe at normal size, 1 for the next picture. */
export function zooming(stage, image, onswipe) {
  let scale = 1;
  let x = 0;
  let y = 0;
  let start = null;
  const fingers = new Map();

  function draw() {
    image.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    stage.classList.toggle("zoomed", scale > 1);
  }
  function reset() {
    scale = 1;
    x = y = 0;
    draw();
  }
  /** Zoom so that the point (from the middle of the stage) stays where it is. */
  function by(factor, px = 0, py = 0) {
    const next = Math.max(1, Math.min(MOST, scale * factor));
    x = px - ((px - x) * next) / scale;
    y = py - ((py - y) * next) / scale;
    scale = next;
    if (scale === 1) x = y = 0;
    draw();
  }
  function fromMiddle(event) {
    const area = stage.getBoundingClientRect();
    return [event.clientX - area.left - area.width / 2, event.clientY - area.top - area.height / 2];
  }
  const apart = () => {
    const [one, two] = [...fingers.values()];
    return Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY);
  };

  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    by(Math.exp(-event.deltaY / 300), ...fromMiddle(event));
  }, { passive: false });
  stage.addEventListener("dblclick", (event) => (scale > 1 ? reset() : by(2.5, ...fromMiddle(event))));
  stage.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    stage.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event);
    start = { px: event.clientX, py: event.clientY, x, y, apart: fingers.size === 2 ? apart() : 0 };
  });
  stage.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId) || !start) return;
    fingers.set(event.pointerId, event);
    if (fingers.size === 2) {
      by(apart() / start.apart, ...fromMiddle(event));
      start.apart = apart();
    } else if (scale > 1) {
      x = start.x + event.clientX - start.px;
      y = start.y + event.clientY - start.py;
      draw();
    }
  });
  const lift = (event) => {
    fingers.delete(event.pointerId);
    const moved = start && !start.apart && scale === 1 ? event.clientX - start.px : 0;
    const isSwipe = event.type === "pointerup" && event.pointerType !== "mouse" && Math.abs(moved) > SWIPE_PX;
    if (isSwipe) onswipe(moved < 0 ? 1 : -1);
    start = null;
  };
  stage.addEventListener("pointerup", lift);
  stage.addEventListener("pointercancel", lift);
  return { by, reset };
}
