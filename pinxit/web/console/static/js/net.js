// Talking to the server: an answer, a refusal with its sentence, or silence that is tried again.
import { say } from "./texts.js";

/** The server said no; the message is for the person. */
export class Refusal extends Error {}

/** There was no answer, or one of a server that is starting or stopping. Trying again with the same key is harmless. */
export class Silence extends Error {}

const PATIENCE_MS = 120_000; // A large picture over a slow line.
const PAUSES_MS = [400, 1200, 3000, 6000];

/** A new name for a wish; repeating the wish under it does nothing twice. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Send JSON; return the response. Throws Refusal or Silence. */
export async function post(url, body) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new Silence(say("no_answer"));
  }
  if (response.redirected && new URL(response.url).pathname === "/login") toLogin();
  if (response.ok) return response;
  const said = await response.json().catch(() => null);
  if (response.status >= 502 || !said) throw new Silence(said?.message ?? said?.error?.message ?? say("no_answer"));
  if (response.status === 401) toLogin();
  throw new Refusal(said.message ?? said.error?.message ?? say("no_answer"));
}

/** Send a wish with its key, trying again a few times in silence. Return the answer's JSON. */
export async function wish(url, body) {
  for (const pause of PAUSES_MS) {
    try {
      return await (await post(url, body)).json();
    } catch (error) {
      if (!(error instanceof Silence)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return (await post(url, body)).json();
}

/** Fetch a piece of a page. Throws Refusal or Silence. */
export async function piece(url) {
  let response;
  try {
    response = await fetch(url, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new Silence(say("no_answer"));
  }
  if (response.redirected && new URL(response.url).pathname === "/login") toLogin();
  if (response.ok) return { html: await response.text(), older: response.headers.get("X-Older") ?? "" };
  const said = await response.json().catch(() => null);
  throw new Refusal(said?.message ?? said?.error?.message ?? say("no_answer"));
}

/** Return a file's bytes as base64. */
export function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

function toLogin() {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}
