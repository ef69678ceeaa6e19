// What buttons and reactions do. The server does it; what changes comes back over the stream.
import { isKept, keep } from "./kept.js";
import { newKey, wish } from "./net.js";
import { notify } from "./notices.js";
import { say } from "./texts.js";

const busy = new Set();

/** Do one act on a job, or on one of its pictures (`index` from 0; null: all of it). */
export async function press(act, { job, guild, index = null, images = [], value = "" }) {
  if (act === "details") return details(job, index);
  const name = `${act} ${job} ${index} ${value}`;
  if (busy.has(name)) return undefined;
  busy.add(name);
  try {
    if (act === "delete" && !(await isSure())) return undefined;
    if (act === "report" && (value = await reason()) == null) return undefined;
    const on = act === "favourite" && !images.every(isKept);
    const sent = act === "favourite" && !on ? "off" : value;
    const answer = await wish(`/c/${encodeURIComponent(guild)}/act`, { act, job, index, value: sent, key: newKey() });
    if (act === "favourite") keep(images, on);
    return answered(answer, guild);
  } catch (error) {
    return notify(error.message, { bad: true });
  } finally {
    busy.delete(name);
  }
}

async function details(job, index) {
  (await import("./dialogs.js")).showDetails(job, index);
}

async function isSure() {
  return (await import("./dialogs.js")).ask(say("delete_ask"), say("delete"));
}

async function reason() {
  return (await import("./dialogs.js")).askWhy(say("report"), say("report_why"), say("report_how"));
}

/** Show what the server answered to a command or an act. */
export function answered(answer, guild) {
  const here = document.getElementById("stream")?.dataset.guild === guild;
  const shown = answer.jobs?.length && !here;
  const url = shown ? `/c/${encodeURIComponent(guild)}?at=${answer.jobs[0]}` : "";
  // A job in this channel speaks for itself: its message is on the way.
  if (shown || !answer.jobs?.length) notify(answer.said, shown ? { link: { url, text: say("show") } } : {});
  else notify(answer.hints?.join("\n"));
  if (answer.refill && !answer.keeps) refill(answer.refill, guild, here);
  if (answer.page) goTo(answer.page);
  if (here && answer.jobs?.length) document.dispatchEvent(new CustomEvent("asked", { detail: answer.jobs }));
}

/** Put a text into the command box of a channel, wherever the person is. */
export function refill(text, guild, here) {
  if (here) return document.dispatchEvent(new CustomEvent("refill", { detail: text }));
  if (guild) sessionStorage.setItem(`pinxit.draft.${guild}`, text);
  else sessionStorage.setItem("pinxit.refill", text);
  return location.assign(guild ? `/c/${encodeURIComponent(guild)}` : "/");
}

function goTo(page) {
  const url = new URL(page, location.href);
  const about = /^\/details\/([^/]+)$/.exec(url.pathname);
  if (url.origin !== location.origin) return;
  if (about) details(about[1], url.searchParams.get("index"));
  else location.assign(url);
}

/** What a control in a message is about. */
export function meant(control) {
  const place = control.closest("[data-job]");
  const index = control.dataset.index == null ? null : Number(control.dataset.index);
  const within = control.dataset.image ? [control] : place.querySelectorAll(".pic[data-image]");
  const pictures = [...within].filter((picture) => index == null || Number(picture.dataset.index) === index);
  const { job, guild } = place.dataset;
  return { job, guild, index, images: pictures.map((one) => one.dataset.image) };
}

document.addEventListener("click", (event) => {
  const control = event.target.closest("[data-act]");
  if (!control) return;
  const about = meant(control);
  control.closest("dialog")?.close();
  press(control.dataset.act, about);
});
