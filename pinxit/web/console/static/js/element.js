// Elements made by scripts. Text is always set as text, never as markup.

/** Make an element. A property that begins with "on" is a listener; true is an attribute without value, false none. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") element[name] = value;
    else if (name.startsWith("aria-")) element.setAttribute(name, value);
    else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

export const icon = (name) => make("i", { class: `i i-${name}` });

/** Make a button; with an icon and no text its label is for those who cannot see it, and a tooltip. */
export function button(label, onclick, { name = "", text = true, ...rest } = {}) {
  const seen = text ? {} : { "aria-label": label, title: label };
  return make("button", { type: "button", onclick, ...seen, ...rest }, name ? icon(name) : null, text ? label : null);
}

/** Read HTML that our own server rendered. */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** Tell whether keys typed there are text. */
export function isTyping(element) {
  return element.matches?.("input:not([type=checkbox], [type=range], [type=file]), textarea, select");
}
