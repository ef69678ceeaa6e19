// What scripts say, in the language of the page.
const texts = JSON.parse(document.getElementById("texts").textContent);

/** Return a text with its blanks, such as {n}, filled. */
export function say(name, facts = {}) {
  return (texts[name] ?? "").replace(/\{(\w+)\}/g, (blank, key) => facts[key] ?? blank);
}
