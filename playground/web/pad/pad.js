// The drawing pad. Points live in the frame of the data, [-3, 3] on both axes; a stroke is a list of them.

import { attribute, h, write } from "../core/dom.js";
import { readTheme } from "../core/palette.js";
import { dressed } from "../core/styles.js";

const HALF = 3;
const DENSITY = 24; // brush points for each unit of length
const pads = new WeakMap();

/** What the default export of the component calls, again with every run of its script. */
export async function mount(component) {
  const { parentElement } = component;
  await dressed();
  if (!pads.has(parentElement)) pads.set(parentElement, new Pad(parentElement, component.data));
  pads.get(parentElement).component = component;
}

class Pad {
  constructor(parent, data) {
    this.data = data;
    this.words = data.strings;
    this.history = [];
    this.strokes = data.points.length ? [[...data.points]] : [];
    this.tool = "brush";
    this.cross = null;
    this.build();
    parent.append(this.root);
    this.theme = readTheme(this.root);
    this.resize = new ResizeObserver(() => this.draw());
    this.resize.observe(this.canvas);
    this.changed();
  }

  build() {
    this.canvas = h("canvas", {
      class: "pad-canvas",
      tabindex: "0",
      role: "application",
      "aria-label": this.words.pad,
      onPointerdown: (event) => this.begin(event),
      onPointermove: (event) => this.move(event),
      onPointerup: () => this.end(),
      onPointercancel: () => this.end(),
      onKeydown: (event) => this.key(event),
      onBlur: () => this.point(null),
    });
    this.tools = ["brush", "points"].map((tool) =>
      h(
        "button",
        { type: "button", "aria-pressed": String(tool === this.tool), onClick: () => this.choose(tool) },
        this.words[tool],
      ),
    );
    this.spread = h("input", { type: "range", min: "0", max: "0.5", step: "0.02", value: "0.12" });
    this.undo = h("button", { type: "button", onClick: () => this.back() }, this.words.undo);
    this.clear = h("button", { type: "button", onClick: () => this.change([]) }, this.words.clear);
    this.use = h("button", { type: "button", class: "pad-use", onClick: () => this.send() }, this.words.use);
    this.count = h("span", { class: "pad-count", "aria-live": "polite" });
    this.root = h(
      "div",
      { class: "pad" },
      h(
        "div",
        { class: "pad-row" },
        h("div", { class: "pad-tools", role: "group", "aria-label": this.words.tool }, ...this.tools),
        h("label", { class: "pad-spread" }, this.words.spread, this.spread),
      ),
      this.canvas,
      h("div", { class: "pad-row" }, this.undo, this.clear, this.count, this.use),
    );
  }

  choose(tool) {
    this.tool = tool;
    ["brush", "points"].forEach((name, i) => attribute(this.tools[i], "aria-pressed", name === tool));
  }

  get total() {
    return this.strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0);
  }

  // drawing

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width - 0.5) * 2 * HALF;
    return [x, (0.5 - (event.clientY - box.top) / box.height) * 2 * HALF];
  }

  begin(event) {
    if (event.button > 0 || this.at) return;
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.at = this.place(event);
    this.owed = 0;
    this.change([...this.strokes, []]);
    this.dab(this.at, this.tool === "brush" ? 4 : 1);
  }

  move(event) {
    if (!this.at || event.pointerId !== this.pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) this.stroke(this.place(each));
  }

  stroke(to) {
    const [x, y] = this.at;
    const length = Math.hypot(to[0] - x, to[1] - y);
    const gap = this.tool === "brush" ? 1 / DENSITY / (1 + 4 * this.width) : 0.25;
    const first = gap - this.owed;
    for (let s = first; s <= length; s += gap)
      this.dab([x + ((to[0] - x) * s) / length, y + ((to[1] - y) * s) / length], 1);
    this.owed = (this.owed + length) % gap;
    this.at = to;
  }

  end() {
    this.at = null;
  }

  get width() {
    return Number(this.spread.value);
  }

  /** `count` points about a place, as far from it as the brush spreads; the tool "points" spreads nothing. */
  dab(place, count) {
    const width = this.tool === "brush" ? this.width : 0;
    const stroke = this.strokes.at(-1);
    for (let i = 0; i < count && this.total < this.data.sent; i++) {
      const far = width * Math.sqrt(-2 * Math.log(1 - Math.random()));
      const angle = 2 * Math.PI * Math.random();
      const inside = (v) => Math.max(-HALF, Math.min(HALF, Math.round(v * 1e3) / 1e3));
      stroke.push(inside(place[0] + far * Math.cos(angle)), inside(place[1] + far * Math.sin(angle)));
    }
    this.changed();
  }

  key(event) {
    const step = event.shiftKey ? 0.5 : 0.1;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key];
    const [x, y] = this.cross ?? [0, 0];
    const held = (v) => Math.max(-HALF, Math.min(HALF, v));
    if (by) this.point([held(x + by[0]), held(y + by[1])]);
    else if (event.key === "Enter" || event.key === " ") {
      this.change([...this.strokes, []]);
      this.dab([x, y], this.tool === "brush" ? 12 : 1);
    } else if (event.key === "z" && (event.ctrlKey || event.metaKey)) this.back();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  point(cross) {
    this.cross = cross;
    this.draw();
  }

  // what is on the pad

  change(strokes) {
    this.history.push(this.strokes);
    this.strokes = strokes;
    this.changed();
  }

  back() {
    if (!this.history.length) return;
    this.strokes = this.history.pop();
    this.changed();
  }

  changed() {
    const { total } = this;
    const { fewest, most } = this.data;
    const words = total < fewest ? "too_few" : total > most ? "too_many" : "count";
    const values = { count: total, fewest, most };
    write(
      this.count,
      this.words[words].replace(/\{(\w+)\}/g, (_, name) => values[name]),
    );
    this.undo.disabled = !this.history.length;
    this.clear.disabled = !total;
    this.use.disabled = total < fewest;
    this.root.dataset.points = total; // for browser tests
    this.request ??= requestAnimationFrame(() => this.draw());
  }

  send() {
    this.component.setTriggerValue("use", this.strokes.flat());
  }

  draw() {
    this.request = null;
    const size = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (!size) return;
    if (this.canvas.width !== size) this.canvas.width = this.canvas.height = size;
    const ctx = this.canvas.getContext("2d");
    const scale = size / (2 * HALF);
    const dot = 2 * devicePixelRatio;
    const theme = (this.theme = readTheme(this.root));
    this.root.style.setProperty("--pad-ink", theme.ink);
    this.root.style.setProperty("--pad-accent", theme.accent);
    this.root.style.setProperty("--pad-on-accent", theme.onAccent);
    ctx.clearRect(0, 0, size, size);
    ctx.fillStyle = theme.ink;
    ctx.globalAlpha = 0.12;
    ctx.fillRect(0, size / 2, size, 1);
    ctx.fillRect(size / 2, 0, 1, size);
    ctx.globalAlpha = 0.75;
    ctx.fillStyle = theme.roles.data;
    for (const stroke of this.strokes)
      for (let i = 0; i < stroke.length; i += 2)
        ctx.fillRect((stroke[i] + HALF) * scale - dot / 2, (HALF - stroke[i + 1]) * scale - dot / 2, dot, dot);
    if (this.cross) {
      const [x, y] = [(this.cross[0] + HALF) * scale, (HALF - this.cross[1]) * scale];
      ctx.globalAlpha = 1;
      ctx.fillStyle = theme.ink;
      ctx.fillRect(x - 4 * dot, y - dot / 4, 8 * dot, dot / 2);
      ctx.fillRect(x - dot / 4, y - 4 * dot, dot / 2, 8 * dot);
    }
  }
}
