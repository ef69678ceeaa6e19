// What the server has, as it changes. A lost connection is taken up again, and everything missed is fetched.
import { announce } from "./notices.js";
import { all, clear, find, isGoing, place, placeAll, read, remove, showProgress } from "./messages.js";
import { piece } from "./net.js";
import { settle } from "./scrolling.js";
import { showUnread } from "./shell.js";
import { say } from "./texts.js";

const root = document.getElementById("stream");
const line = document.getElementById("line");
const welcome = document.getElementById("welcome");
const base = `/c/${encodeURIComponent(root.dataset.guild)}`;
const FIRST_MS = 1000;
const LONGEST_MS = 10_000;
const SILENT_MS = 45_000; // The server gives a sign at least every 15 s.
const HIDDEN_MS = 120_000; // A browser has few connections to a server: a tab that nobody looks at gives its own back.
const SHOW_LOST_MS = 1500; // A restart of the server that is over sooner is not worth a word.
let source = null;
let pause = FIRST_MS;
let retry = 0;
let dead = 0;
let lost = 0;
let hidden = 0;
let wasLost = false;
let fetching = null;

/** Follow the channel until the page is left. */
export function follow() {
  open();
  addEventListener("online", again);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && again());
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = setTimeout(rest, HIDDEN_MS);
    else if (!source) again();
  });
}

function open() {
  clearTimeout(retry);
  source?.close();
  source = new EventSource(`${base}/stream?seen=${encodeURIComponent(root.dataset.seen)}`);
  source.onopen = connected;
  source.onerror = disconnected;
  const on = (name, work) => source.addEventListener(name, (event) => work(JSON.parse(event.data)));
  on("message", ({ html }) => show(html));
  on("progress", showProgress);
  on("removed", ({ job }) => settle(() => remove(job)));
  on("resync", catchUp);
  on("channels", ({ unread }) => showUnread(unread));
  on("beat", listen);
}

function again() {
  wasLost = true;
  pause = FIRST_MS;
  open();
}

function connected() {
  clearTimeout(lost);
  lost = 0;
  pause = FIRST_MS;
  if (!line.hidden) announce(say("back"));
  line.hidden = true;
  if (wasLost) {
    catchUp();
    document.dispatchEvent(new CustomEvent("connected"));
  }
  wasLost = false;
}

function disconnected() {
  source?.close();
  source = null;
  wasLost = true;
  clearTimeout(dead);
  if (!lost) lost = setTimeout(showLost, SHOW_LOST_MS);
  clearTimeout(retry);
  retry = setTimeout(open, pause);
  pause = Math.min(LONGEST_MS, pause * 1.6);
}

function rest() {
  for (const timer of [dead, retry, lost]) clearTimeout(timer);
  source?.close();
  source = null;
}

function showLost() {
  line.lastElementChild.textContent = say("lost");
  line.hidden = false;
}

function listen() {
  clearTimeout(dead);
  dead = setTimeout(disconnected, SILENT_MS);
}

function show(html) {
  const article = read(html);
  if (!article) return;
  const { job } = article.dataset;
  const old = find(job);
  if (!old && "newer" in root.dataset) return; // An old part of the channel is on show; what is new belongs elsewhere.
  if (!old && all().length && job < all()[0].dataset.job && root.dataset.older) return;
  const wasGoing = !old || isGoing(old);
  settle(() => place(article), !old);
  welcome.hidden = true;
  tell(article, !old, wasGoing);
}

function tell(article, isNew, wasGoing) {
  const words = article.querySelector(".prompt")?.textContent.trim().slice(0, 80) ?? "";
  const who = article.querySelector("h3 b").textContent;
  if (isNew && isGoing(article)) announce(say("asked", { who, prompt: words }));
  else if (wasGoing && !isGoing(article)) {
    announce(say(article.dataset.state === "succeeded" ? "finished" : "stopped", { prompt: words }));
  }
}

/** Fetch the newest messages and those that were under way, and put them in their places. */
async function catchUp() {
  if (fetching) return;
  fetching = fetchNewest().catch(() => {}); // The stream itself tells when the connection is gone.
  await fetching;
  fetching = null;
}

async function fetchNewest() {
  const going = all().filter(isGoing).map((message) => message.dataset.job);
  if (!("newer" in root.dataset)) {
    const { html, older } = await piece(`${base}/messages`);
    settle(() => merge(html, older));
    welcome.hidden = all().length > 0;
  }
  const open = going.filter((job) => find(job) && isGoing(find(job)));
  if (!open.length) return;
  const { html } = await piece(`${base}/messages?ids=${open.join(",")}`);
  settle(() => placeAll(html));
}

function merge(html, older) {
  const shown = all();
  const fetched = new DOMParser().parseFromString(html, "text/html").querySelectorAll(".msg");
  const jobs = new Set(Array.from(fetched, (message) => message.dataset.job));
  const first = fetched[0]?.dataset.job;
  const last = shown.at(-1)?.dataset.job;
  if (first && older && last && last < first) {
    clear(); // More is new than was fetched: a gap would look as if nothing had happened in between.
    root.dataset.older = older;
    document.getElementById("older").hidden = false;
  }
  for (const message of all()) {
    const { job } = message.dataset;
    if (!jobs.has(job) && (!first || !older || job > first)) remove(job);
  }
  placeAll(html);
}
