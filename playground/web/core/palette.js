// What colours mean, everywhere: after Okabe and Ito (2008), safe for colour-blind eyes. The light theme's are dark
// enough, the dark theme's light enough, for text on the page's background (WCAG AA).

const ROLES = {
  light: {
    data: "#0069a8",
    generated: "#bf4d00",
    field: "#00745a",
    gradient: "#9a3576",
    truth: "#735600",
    neutral: "#565e6c",
  },
  dark: {
    data: "#5ab9f0",
    generated: "#f59f4f",
    field: "#3cc9a5",
    gradient: "#e690c6",
    truth: "#ecdc4c",
    neutral: "#a6aebb",
  },
};
// Up to ten kinds, after Paul Tol's muted scheme.
const KINDS = {
  light: ["#cc6677", "#332288", "#c2ab3a", "#117733", "#4ea6d6", "#882255", "#329686", "#808022", "#aa4499", "#777777"],
  dark: ["#e58a97", "#9f95ff", "#ece19a", "#4fc27a", "#a8dcf5", "#d65a94", "#5fd0bd", "#c2c255", "#d57cc8", "#b0b0b0"],
};
const PAPER = { light: "#ffffff", dark: "#0e1117" };
const INK = { light: "#1f2430", dark: "#eef0f4" };
const MIDDLE = { light: "#fbfbf8", dark: "#13161c" }; // the undecided middle of a diverging scale
const STRENGTH = { light: 0.5, dark: 0.42 }; // of a scale's ends: points on top must stand out

/** Streamlit's theme, from its CSS variables; its background decides whether it is a dark one. `known`: the theme that
 * was read before; if it is still the same, this is returned. */
export function readTheme(element, known = null) {
  const style = getComputedStyle(element);
  const read = (name) => parse(style.getPropertyValue(`--st-${name}`).trim());
  const paper = read("background-color");
  const dark = paper ? luminance(paper) < 0.35 : matchMedia("(prefers-color-scheme: dark)").matches;
  const name = dark ? "dark" : "light";
  const accent = read("primary-color") ?? parse(ROLES[name].data);
  const theme = {
    name,
    paper: hex(paper ?? parse(PAPER[name])),
    ink: hex(read("text-color") ?? parse(INK[name])),
    accent: hex(accent),
    onAccent: luminance(accent) > 0.36 ? "#10141c" : "#ffffff",
    font: style.fontFamily,
    small: parseFloat(style.getPropertyValue("--pg-small")) || 12, // px: letters in pictures
    roles: ROLES[name],
    kinds: KINDS[name],
  };
  theme.id = [theme.name, theme.paper, theme.ink, theme.accent, theme.font, theme.small].join();
  if (theme.id === known?.id) return known;
  theme.diverging = table(theme.roles.generated, MIDDLE[name], theme.roles.data, STRENGTH[name]);
  theme.marks = table(theme.roles.generated, theme.roles.neutral, theme.roles.data, 1);
  const each = (make) => Object.fromEntries(Object.entries(theme.roles).map(([role, colour]) => [role, make(colour)]));
  const towards = (colour, share) => mix(theme.paper, colour, share * STRENGTH[name]);
  theme.sequential = each((colour) => table(theme.paper, mix(theme.paper, colour, 0.5), colour, 0.85));
  theme.ground = each((colour) => table(theme.paper, towards(colour, 0.5), towards(colour, 1), 1));
  return theme;
}

/** Bring `component.theme` up to date with the page; whether it changed. */
export function updateTheme(component) {
  const theme = readTheme(component.root, component.theme);
  if (theme === component.theme) return false;
  component.theme = theme;
  applyTheme(component.root, theme);
  return true;
}

/** Give the element the theme's colours as CSS variables. */
function applyTheme(element, theme) {
  element.dataset.theme = theme.name;
  for (const [role, colour] of Object.entries(theme.roles)) element.style.setProperty(`--pg-${role}`, colour);
  for (const name of ["ink", "paper", "accent"]) element.style.setProperty(`--pg-${name}`, theme[name]);
  element.style.setProperty("--pg-on-accent", theme.onAccent);
}

/** 256 colours low - middle - high as one Uint32 each (the byte order of ImageData). */
function table(low, middle, high, strength) {
  const [a, b, c] = [mix(middle, low, strength), middle, mix(middle, high, strength)].map(parse);
  const colours = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    const t = i / 127.5;
    const [from, to, u] = t < 1 ? [a, b, t] : [b, c, t - 1];
    const [red, green, blue] = from.map((v, k) => Math.round(v + (to[k] - v) * u));
    colours[i] = (255 << 24) | (blue << 16) | (green << 8) | red;
  }
  return colours;
}

export function css(colour) {
  return `rgb(${colour & 255},${(colour >> 8) & 255},${(colour >> 16) & 255})`;
}

export function fade(colour, opacity) {
  return `rgba(${parse(colour).join(",")},${opacity})`;
}

export function mix(from, to, share) {
  const [a, b] = [parse(from), parse(to)];
  return hex(a.map((v, k) => v + (b[k] - v) * share));
}

function hex(rgb) {
  return `#${rgb.map((v) => Math.round(v).toString(16).padStart(2, "0")).join("")}`;
}

export function parse(text) {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text);
  if (short) return short.slice(1).map((d) => parseInt(d + d, 16));
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(text);
  if (long) return long.slice(1).map((d) => parseInt(d, 16));
  const rgb = /^rgba?\(([^)]+)\)/i.exec(text);
  return rgb
    ? rgb[1]
        .split(/[ ,/]+/)
        .slice(0, 3)
        .map(Number)
    : null;
}

/** The ink or the paper, whichever stands out more on a colour. */
export function readableOn(colour, { ink, paper }) {
  const light = (text) => luminance(parse(text)) + 0.05;
  const contrast = (text) => Math.max(light(text), light(colour)) / Math.min(light(text), light(colour));
  return contrast(ink) >= contrast(paper) ? ink : paper;
}

/** Relative luminance (WCAG 2.2). */
function luminance(rgb) {
  const [red, green, blue] = rgb.map((v) =>
    v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
