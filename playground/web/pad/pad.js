// What Streamlit mounts for the drawing pad: data drawn by hand, with a brush or point by point.

import { attribute, h, write } from "../core/dom.js";
import { readTheme } from "../core/palette.js";
import { stylesLoaded } from "../core/styles.js";
import { Words } from "../core/words.js";
import { HALF, Strokes } from "./strokes.js";

const TOOLS = ["brush", "points"];
const FIRST = { brush: 4, points: 1 }; // points where a stroke begins
const PRESSED = { brush: 12, points: 1 }; // points that Enter puts down
const pads = new WeakMap();

/** The default export of the component calls this again and again, with new data. */
export async function mount(component) {
  const { parentElement } = component;
  await stylesLoaded();
  if (!pads.has(parentElement)) pads.set(parentElement, new Pad(parentElement, component.data));
  pads.get(parentElement).component = component;
}

class Pad {
  constructor(parent, data) {
    this.data = data;
    const words = new Words(data.strings);
    this.t = words.t.bind(words);
    this.strokes = new Strokes(data.points, data.sent);
    this.tool = "brush";
    this.cross = null; // where the keyboard's cross stands
    this.build();
    parent.append(this.root);
    this.resize = new ResizeObserver(() => this.draw());
    this.resize.observe(this.canvas);
    this.changed();
  }

  build() {
    const { t } = this;
    const end = () => (this.from = null);
    this.canvas = h("canvas", {
      class: "pad-canvas",
      tabindex: "0",
      role: "application",
      "aria-label": t("pad"),
      onPointerdown: (event) => this.begin(event),
      onPointermove: (event) => this.move(event),
      onPointerup: end,
      onPointercancel: end,
      onKeydown: (event) => this.press(event),
      onBlur: () => this.moveCross(null),
    });
    const button = (name, onClick, kind) => h("button", { type: "button", class: kind, onClick }, t(name));
    this.tools = TOOLS.map((tool) => button(tool, () => this.choose(tool)));
    this.spreadRange = h("input", { type: "range", min: "0", max: "0.5", step: "0.02", value: "0.12" });
    this.undo = button("undo", () => this.change(() => this.strokes.undo()));
    this.clear = button("clear", () => this.change(() => this.strokes.clear()));
    this.use = button("use", () => this.component.setTriggerValue("use", this.strokes.points), "pad-use");
    this.count = h("span", { class: "pad-count", "aria-live": "polite" });
    this.root = h(
      "div",
      { class: "pad" },
      h(
        "div",
        { class: "pad-row" },
        h("div", { class: "pad-tools", role: "group", "aria-label": t("tool") }, ...this.tools),
        h("label", { class: "pad-spread" }, t("spread"), this.spreadRange),
      ),
      this.canvas,
      h("div", { class: "pad-row" }, this.undo, this.clear, this.count, this.use),
    );
    this.choose(this.tool);
  }

  choose(tool) {
    this.tool = tool;
    TOOLS.forEach((name, i) => attribute(this.tools[i], "aria-pressed", name === tool));
  }

  /** How far the brush spreads its points; the tool "points" has none. */
  get spread() {
    return this.tool === "brush" ? Number(this.spreadRange.value) : null;
  }

  // drawing

  /** Where a pointer is, in the frame of the data. */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width - 0.5) * 2 * HALF;
    return [x, (0.5 - (event.clientY - box.top) / box.height) * 2 * HALF];
  }

  begin(event) {
    if (event.button > 0 || this.from) return;
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.from = this.at(event);
    this.owed = 0;
    this.dab(this.from, FIRST[this.tool]);
  }

  move(event) {
    if (!this.from || event.pointerId !== this.pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) {
      const to = this.at(each);
      this.owed = this.strokes.line(this.from, to, this.spread, this.owed);
      this.from = to;
    }
    this.changed();
  }

  press(event) {
    const step = event.shiftKey ? 0.5 : 0.1;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key];
    const [x, y] = this.cross ?? [0, 0];
    const within = (value) => Math.max(-HALF, Math.min(HALF, value));
    if (by) this.moveCross([within(x + by[0]), within(y + by[1])]);
    else if (event.key === "Enter" || event.key === " ") this.dab([x, y], PRESSED[this.tool]);
    else if (event.key === "z" && (event.ctrlKey || event.metaKey)) this.change(() => this.strokes.undo());
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  moveCross(cross) {
    this.cross = cross;
    this.draw();
  }

  /** A new stroke that begins with so many points. */
  dab(at, count) {
    this.change(() => {
      this.strokes.begin();
      this.strokes.dab(at, count, this.spread ?? 0);
    });
  }

  // what is on the pad

  change(how) {
    how();
    this.changed();
  }

  changed() {
    const { total } = this.strokes;
    const { fewest, most } = this.data;
    const key = total < fewest ? "too_few" : total > most ? "too_many" : "count";
    write(this.count, this.t(key, { count: total, fewest, most }));
    this.undo.disabled = !this.strokes.before.length;
    this.clear.disabled = !total;
    this.use.disabled = total < fewest;
    this.root.dataset.points = total; // for browser tests
    this.request ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.request = null;
    const size = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (!size) return;
    if (this.canvas.width !== size) this.canvas.width = this.canvas.height = size;
    const ctx = this.canvas.getContext("2d");
    const [scale, dot] = [size / (2 * HALF), 2 * devicePixelRatio];
    const theme = readTheme(this.root);
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
    for (const stroke of this.strokes.all)
      for (let i = 0; i < stroke.length; i += 2)
        ctx.fillRect((stroke[i] + HALF) * scale - dot / 2, (HALF - stroke[i + 1]) * scale - dot / 2, dot, dot);
    if (!this.cross) return;
    const [x, y] = [(this.cross[0] + HALF) * scale, (HALF - this.cross[1]) * scale];
    ctx.globalAlpha = 1;
    ctx.fillStyle = theme.ink;
    ctx.fillRect(x - 4 * dot, y - dot / 4, 8 * dot, dot / 2);
    ctx.fillRect(x - dot / 4, y - 4 * dot, dot / 2, 8 * dot);
  }
}
