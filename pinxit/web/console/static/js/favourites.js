// Favourites: the heart takes a picture out, and puts it back as long as the page is open.
import { isKept, keep } from "./kept.js";
import "./page.js";

const hearts = [...document.querySelectorAll('.wall [data-act="favourite"]')];
keep(hearts.map((heart) => heart.dataset.image), true);
document.addEventListener("kept", () => {
  for (const heart of hearts) heart.setAttribute("aria-pressed", isKept(heart.dataset.image));
});
