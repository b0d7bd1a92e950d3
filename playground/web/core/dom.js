// Elements in one line each, and a few icons. No framework: a component is built once and then updated.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element. Attributes: `on<Event>` handlers; true: set, false or null: left out; everything else as it is. */
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

/** Set a text if it changed: an unchanged node costs no layout, and screen readers do not read it again. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function attribute(element, name, value) {
  const text = String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

const SHAPES = {
  play: "M8 5.2v13.6c0 .8.9 1.3 1.6.8l10-6.8a1 1 0 0 0 0-1.6l-10-6.8C8.9 3.9 8 4.4 8 5.2z",
  pause:
    "M7.5 4.5h2.6a.9.9 0 0 1 .9.9v13.2a.9.9 0 0 1-.9.9H7.5a.9.9 0 0 1-.9-.9V5.4a.9.9 0 0 1 .9-.9z" +
    "m6.4 0h2.6a.9.9 0 0 1 .9.9v13.2a.9.9 0 0 1-.9.9h-2.6a.9.9 0 0 1-.9-.9V5.4a.9.9 0 0 1 .9-.9z",
  step: "M6 5.7v12.6c0 .8.9 1.2 1.5.7l8.3-6.3a.9.9 0 0 0 0-1.4L7.5 5C6.9 4.5 6 4.9 6 5.7z" + "M17 5h1.6v14H17z",
  reset: "M12 5a7 7 0 1 1-6.7 9h1.7a5.4 5.4 0 1 0 1-5.3L10.3 11H4V4.7l2.8 2.8A7 7 0 0 1 12 5z",
  keys:
    "M4 6h16a1.5 1.5 0 0 1 1.5 1.5v9A1.5 1.5 0 0 1 20 18H4a1.5 1.5 0 0 1-1.5-1.5v-9A1.5 1.5 0 0 1 4 6z" +
    "m0 1.5v9h16v-9zM5.5 9h2v2h-2zm3.7 0h2v2h-2zm3.7 0h2v2h-2zm3.7 0h2v2h-2zM7 13h10v2H7z",
  download: "M11.1 4h1.8v7.6l2.6-2.6 1.3 1.3-4.8 4.8-4.8-4.8 1.3-1.3 2.6 2.6zM4.5 15.5h1.8v2.7h11.4v-2.7h1.8V20h-15z",
  die:
    "M6 3.4h12A2.6 2.6 0 0 1 20.6 6v12a2.6 2.6 0 0 1-2.6 2.6H6A2.6 2.6 0 0 1 3.4 18V6A2.6 2.6 0 0 1 6 3.4z" +
    "m0 1.7a.9.9 0 0 0-.9.9v12c0 .5.4.9.9.9h12c.5 0 .9-.4.9-.9V6a.9.9 0 0 0-.9-.9z" +
    "M8.5 7a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3zm7 0a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3zM12 10.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z" +
    "M8.5 14a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3zm7 0a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z",
  link:
    "M10.6 13.4a1 1 0 0 1-1.4 1.4 4.4 4.4 0 0 1 0-6.2l3-3a4.4 4.4 0 0 1 6.2 6.2l-1.5 1.5a1 1 0 1 1-1.4-1.4l1.5-1.5a2.4 2.4 0 0 0-3.4-3.4l-3 3a2.4 2.4 0 0 0 0 3.4z" +
    "m2.8-2.8a1 1 0 0 1 1.4-1.4 4.4 4.4 0 0 1 0 6.2l-3 3a4.4 4.4 0 0 1-6.2-6.2l1.5-1.5a1 1 0 1 1 1.4 1.4l-1.5 1.5a2.4 2.4 0 0 0 3.4 3.4l3-3a2.4 2.4 0 0 0 0-3.4z",
  up: "M12 5.2 19 12.2l-1.2 1.2-4.9-4.9V19h-1.8V8.5l-4.9 4.9L5 12.2z",
  more: "M6.2 9 12 14.8 17.8 9 19 10.2l-7 7-7-7z",
  present: "M3.5 4.5h17v11h-7.6V18l3 2.5h-2.6L12 19.2l-1.3 1.3H8.1l3-2.5v-2.5H3.5zm1.7 1.7v7.6h13.6V6.2z",
  close: "M6.4 5.3 12 10.9l5.6-5.6 1.1 1.1L13.1 12l5.6 5.6-1.1 1.1L12 13.1l-5.6 5.6-1.1-1.1L10.9 12 5.3 6.4z",
  pencil:
    "M4 20l.9-4.4L15.6 4.9a1.6 1.6 0 0 1 2.3 0l1.2 1.2a1.6 1.6 0 0 1 0 2.3L8.4 19.1zM6.3 16.4l-.4 1.7 1.7-.4 7-7-1.3-1.3z",
  fork:
    "M7 3a2.6 2.6 0 0 1 .9 5v8a2.6 2.6 0 1 1-1.8 0V8A2.6 2.6 0 0 1 7 3zm10 2a2.6 2.6 0 0 1 .9 5" +
    "c-.1 3-2 4.3-6.4 4.8v-1.8c3.4-.4 4.5-1.1 4.6-3A2.6 2.6 0 0 1 17 5z",
  pin: "M8 3h8v1.6l-1.2.6.5 5.3 2.7 2.3v1.7h-5.2V21L12 22.5l-.8-1.5v-6.5H6v-1.7l2.7-2.3.5-5.3L8 4.6z",
  bin:
    "M9.5 3h5l.8 1.5H20V6H4V4.5h4.7zM5.5 7.5h13L17.6 20a1.5 1.5 0 0 1-1.5 1.4H7.9A1.5 1.5 0 0 1 6.4 20z" +
    "M9 10l.4 8.5h1.4L10.5 10zm4.5 0-.3 8.5h1.4L15 10z",
  live:
    "M5 5.7v12.6c0 .8.9 1.2 1.5.7l6-4.6v3.9c0 .8.9 1.2 1.5.7l5.5-4.2V19H21V5h-1.5v3.9L14 4.7" +
    "c-.6-.5-1.5-.1-1.5.7v3.9l-6-4.6C5.9 4.5 5 4.9 5 5.7z",
};

export function icon(name) {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", class: "pg-icon", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: SHAPES[name], "fill-rule": "evenodd" }),
  );
}

/** A button with an icon; `label` is its name for screen readers and its tooltip. */
export function iconButton(name, label, onClick, kind = "") {
  return h(
    "button",
    { type: "button", class: `pg-button ${kind}`, "aria-label": label, title: label, onClick },
    icon(name),
  );
}
