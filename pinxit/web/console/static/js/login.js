// Signing in.
import { Refusal } from "./net.js";
import { say } from "./texts.js";

const form = document.getElementById("login");
const wrong = document.getElementById("wrong");
const secret = document.getElementById("secret");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  wrong.hidden = true;
  try {
    await signIn();
    location.assign(safe(form.dataset.next));
  } catch (error) {
    wrong.textContent = error instanceof Refusal ? error.message : say("no_answer");
    wrong.hidden = false;
    secret.select();
  }
});

async function signIn() {
  const response = await fetch("/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ secret: secret.value }),
  });
  if (response.ok) return;
  const said = await response.json().catch(() => null);
  throw new Refusal(said?.message ?? said?.error?.message ?? say("no_answer"));
}

/** Only an address of ours: nobody is sent elsewhere after signing in. */
function safe(next) {
  const url = new URL(next || "/", location.origin);
  return url.origin === location.origin ? url.href : "/";
}
