// The frame of every page: drawer, theme, new channels, unread marks, and buttons that copy or fill in.
import { refill } from "./acts.js";
import { colour } from "./messages.js";
import { post } from "./net.js";
import { notify } from "./notices.js";
import { say } from "./texts.js";

const side = document.getElementById("side");
const shade = document.getElementById("shade");
const menu = document.getElementById("menu");
const narrow = matchMedia("(max-width: 820px)");
const THEMES = ["", "light", "dark"];
const YEAR_S = 31_536_000;

/** Choose "light", "dark" or "" (as the device has it), for this browser. */
export function setTheme(theme) {
  document.cookie = `theme=${theme}; path=/; SameSite=Lax; max-age=${YEAR_S}`;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

/** Show how many messages of other channels are unread. */
export function showUnread(unread) {
  for (const [guild, count] of Object.entries(unread)) {
    const mark = side?.querySelector(`[data-guild="${CSS.escape(guild)}"] .unread`);
    if (!mark || mark.closest("[aria-current]")) continue;
    mark.hidden = !count;
    mark.firstElementChild.textContent = count > 99 ? "99+" : count;
  }
}

/** Copy a text, and say so. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    notify(say("copied"));
  } catch {
    notify(say("not_copied"), { bad: true });
  }
}

function openDrawer(open) {
  document.body.classList.toggle("drawer", open);
  shade.hidden = !open;
  document.getElementById("main").inert = open;
  menu.setAttribute("aria-expanded", open);
  if (open) side.querySelector("#shut").focus();
  else if (narrow.matches) menu.focus();
}

if (side) {
  colour(side);
  menu?.addEventListener("click", () => openDrawer(true));
  document.getElementById("shut").addEventListener("click", () => openDrawer(false));
  shade.addEventListener("click", () => openDrawer(false));
  side.addEventListener("keydown", (event) => event.key === "Escape" && openDrawer(false));
  narrow.addEventListener("change", () => document.body.classList.contains("drawer") && openDrawer(false));
  document.getElementById("new-channel").addEventListener("click", async () => {
    (await import("./new_channel.js")).askForChannel();
  });
  document.getElementById("theme").addEventListener("click", () => {
    const theme = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme ?? "") + 1) % THEMES.length];
    setTheme(theme);
    notify(say(`theme_${theme || "auto"}`));
  });
  document.getElementById("log-out")?.addEventListener("click", async () => {
    await post("/logout", {}).catch((error) => notify(error.message, { bad: true }));
    location.assign("/login");
  });
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-copy], [data-use], [data-fill]");
  if (!target) return;
  const { copy: copied, use, fill } = target.dataset;
  if (copied != null) copy(copied);
  else refill(use ?? fill, "", fill != null);
});
