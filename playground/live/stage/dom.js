// Elements in one line each, and the few icons. No framework: the stage is built once and then only updated.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element. Attributes: `class`, `on<Event>` handlers, booleans, everything else as it is. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2).toLowerCase(), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Write a text only where it changed: an unchanged node costs no layout, and screen readers stay calm. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function attribute(element, name, value) {
  const text = String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

const SHAPES = {
  play: "M8 5.2v13.6c0 .8.9 1.3 1.6.8l10-6.8a1 1 0 0 0 0-1.6l-10-6.8C8.900 3.900 8 4.400 8 5.200z",
  pause: "M7.500 4.500h2.600a.9.9 0 0 1 .9.9v13.200a.9.9 0 0 1-.9.9H7.500a.9.9 0 0 1-.9-.9V5.400a.9.9 0 0 1 .9-.9z"
    + "m6.400 0h2.600a.9.9 0 0 1 .9.9v13.200a.9.9 0 0 1-.9.9h-2.600a.9.9 0 0 1-.9-.9V5.400a.9.9 0 0 1 .9-.9z",
  step: "M6 5.700v12.600c0 .8.900 1.200 1.500.700l8.300-6.300a.9.900 0 0 0 0-1.400L7.500 5C6.900 4.500 6 4.900 6 5.700z"
    + "M17 5h1.600v14H17z",
  reset: "M12 5a7 7 0 1 1-6.700 9h1.700a5.400 5.400 0 1 0 1-5.300L10.300 11H4V4.700l2.800 2.800A7 7 0 0 1 12 5z",
  keys: "M4 6h16a1.500 1.500 0 0 1 1.500 1.500v9A1.500 1.500 0 0 1 20 18H4a1.500 1.500 0 0 1-1.500-1.500v-9A1.500 1.500 0 0 1 4 6z"
    + "m0 1.500v9h16v-9zM5.500 9h2v2h-2zm3.700 0h2v2h-2zm3.700 0h2v2h-2zm3.700 0h2v2h-2zM7 13h10v2H7z",
  close: "M6.400 5.300 12 10.900l5.600-5.600 1.100 1.100L13.100 12l5.600 5.600-1.100 1.100L12 13.100l-5.600 5.600-1.100-1.100L10.900 12 5.300 6.400z",
  live: "M5 5.700v12.600c0 .8.9 1.200 1.500.7l6-4.600v3.900c0 .8.9 1.200 1.500.7l5.500-4.200V19H21V5h-1.500v3.900L14 4.700"
    + "c-.6-.5-1.500-.1-1.500.700v3.900l-6-4.600C5.900 4.500 5 4.900 5 5.700z",
};

export function icon(name) {
  return svg("svg", { viewBox: "0 0 24 24", class: "pg-icon", "aria-hidden": "true", focusable: "false" },
             svg("path", { d: SHAPES[name], "fill-rule": "evenodd" }));
}

/** A button with a picture: its words are its label and its tooltip. */
export function pictureButton(name, words, onClick, kind = "") {
  return h("button", { type: "button", class: `pg-button ${kind}`, "aria-label": words, title: words, onClick },
           icon(name));
}
