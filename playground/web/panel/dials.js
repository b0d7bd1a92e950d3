// A panel's dials: one small class for each kind, all with `value`, `set`, `moved` and `focus`.

import { attribute, h, write } from "../core/dom.js";
import { PixelInput } from "./pixel_input.js";

const NOTCHES = 200; // of a logarithmic slider
const FEW = 5; // options that stand side by side
const SHORT = 46; // characters of all their titles together
let made = 0; // dials

/** The described dial, at `value` if that is one of its own. */
export function dialOf(described, value, app, onTurn) {
  return new KINDS[described.kind](described, value, app, onTurn);
}

/** Show the dials that play a part, and hide the others, which keep their values: see `Dial` in core/panels.py. */
export function showRelevant(dials) {
  const values = Object.fromEntries(dials.map((dial) => [dial.name, dial.value]));
  for (const { element, described } of dials) {
    const conditions = Object.entries(described.when);
    element.hidden = conditions.length > 0 && !conditions.some(([name, wanted]) => wanted.includes(values[name]));
  }
}

/** What all kinds share: a name, the value at the start, an id. */
class Dial {
  constructor(described, onTurn) {
    Object.assign(this, { name: described.name, start: described.default, described, onTurn });
    this.id = `pg-dial-${(made += 1)}`;
  }

  get moved() {
    return this.value !== this.start;
  }

  turn(value) {
    if (value === this.value) return;
    this.set(value);
    this.onTurn();
  }

  destroy() {}
}

class Slider extends Dial {
  constructor(described, value, { words }, onTurn) {
    super(described, onTurn);
    this.words = words;
    const { low, high, step, log } = described;
    this.input = h("input", {
      type: "range",
      id: this.id,
      min: log ? 0 : low,
      max: log ? NOTCHES : high,
      step: log ? 1 : step,
      title: described.help || null,
      onInput: () => this.turn(this.read()),
    });
    this.figure = h("b", { "aria-hidden": "true" }); // screen readers read the slider's own text
    const label = h("label", { for: this.id, title: described.help || null }, described.title);
    this.element = h("div", { class: "pg-dial pg-dial-slider" }, h("div", {}, label, this.figure), this.input);
    this.set(typeof value === "number" && value >= low && value <= high ? value : this.start);
  }

  read() {
    const { low, high, step, log } = this.described;
    const at = Number(this.input.value);
    if (!log) return at;
    const rough = Number((low * (high / low) ** (at / NOTCHES)).toPrecision(3));
    const found = step >= 1 ? Math.round(rough / step) * step : rough; // counts stay whole
    return Math.min(high, Math.max(low, found));
  }

  set(value) {
    const { low, high, step, log } = this.described;
    this.value = value;
    const at = log ? Math.round((NOTCHES * Math.log(value / low)) / Math.log(high / low)) : value;
    if (Number(this.input.value) !== at) this.input.value = at;
    const text = log ? this.words.figure(value) : this.words.decimal(value, decimals(step));
    write(this.figure, text);
    attribute(this.input, "aria-valuetext", text);
  }

  focus() {
    this.input.focus();
  }
}

class Choice extends Dial {
  constructor(described, value, app, onTurn) {
    super(described, onTurn);
    const { options, title, help } = described;
    const short = options.length <= FEW && options.map(([, text]) => text).join("").length <= SHORT;
    this.element = short ? this.segments(options, title, help) : this.list(options, title, help);
    this.set(options.some(([name]) => name === value) ? value : this.start);
  }

  segments(options, title, help) {
    this.radios = options.map(([name]) =>
      h("input", { type: "radio", name: this.id, value: name, onChange: () => this.turn(name) }),
    );
    const labels = options.map(([, text], i) => h("label", {}, this.radios[i], h("span", {}, text)));
    const row = h("div", { class: "pg-segments", role: "radiogroup", "aria-labelledby": this.id }, ...labels);
    return h("div", { class: "pg-dial", title: help || null }, h("span", { id: this.id }, title), row);
  }

  list(options, title, help) {
    this.select = h(
      "select",
      { id: this.id, onChange: () => this.turn(this.select.value) },
      ...options.map(([name, text]) => h("option", { value: name }, text)),
    );
    return h("div", { class: "pg-dial", title: help || null }, h("label", { for: this.id }, title), this.select);
  }

  set(value) {
    this.value = value;
    if (this.select) this.select.value = value;
    for (const radio of this.radios ?? []) radio.checked = radio.value === value;
  }

  focus() {
    (this.select ?? this.radios.find((radio) => radio.checked))?.focus();
  }
}

class Switch extends Dial {
  constructor(described, value, app, onTurn) {
    super(described, onTurn);
    this.input = h("input", { type: "checkbox", role: "switch", onChange: () => this.turn(this.input.checked) });
    this.element = h(
      "label",
      { class: "pg-dial pg-dial-switch", title: described.help || null },
      this.input,
      h("span", {}, described.title),
    );
    this.set(typeof value === "boolean" ? value : this.start);
  }

  set(value) {
    this.value = value;
    this.input.checked = value;
  }

  focus() {
    this.input.focus();
  }
}

class Pixels extends Dial {
  constructor(described, value, app, onTurn) {
    super(described, onTurn);
    const [rows, columns] = described.shape;
    const empty = Array(rows * columns).fill(0);
    this.start = described.default.length ? described.default : empty;
    this.pixels = new PixelInput(app, described, (pixels) => this.turn(pixels));
    this.element = h("div", { class: "pg-dial" }, h("span", {}, described.title), this.pixels.element);
    this.set(Array.isArray(value) && value.length === rows * columns ? value : this.start);
  }

  get moved() {
    return this.value.some((pixel, i) => pixel !== this.start[i]);
  }

  set(value) {
    this.value = value;
    this.pixels.set(value);
  }

  focus() {
    this.pixels.canvas.focus();
  }

  destroy() {
    this.pixels.destroy();
  }
}

class Line extends Dial {
  constructor(described, value, app, onTurn) {
    super(described, onTurn);
    const { title, help, longest } = described;
    this.input = h("input", {
      type: "text",
      id: this.id,
      maxlength: longest,
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      title: help || null,
      onInput: (event) => event.isComposing || this.turn(this.input.value), // half a Chinese character asks nothing
      onCompositionend: () => this.turn(this.input.value),
    });
    const label = h("label", { for: this.id, title: help || null }, title);
    this.element = h("div", { class: "pg-dial pg-dial-text" }, label, this.input);
    this.set(typeof value === "string" && value.length <= longest ? value : this.start);
  }

  set(value) {
    this.value = value;
    if (this.input.value !== value) this.input.value = value;
  }

  focus() {
    this.input.focus();
  }
}

const KINDS = { slider: Slider, choice: Choice, switch: Switch, pixels: Pixels, text: Line };

/** The digits after the point of a step: 0.05 has two. */
const decimals = (step) => (String(step).split(".")[1] ?? "").length;
