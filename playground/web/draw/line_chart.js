// One chart on a canvas, from what Plotly would be given (draw/chart.js): for pages that cannot wait for its 4.8 MB.

import { h, write } from "../core/dom.js";
import { ticks } from "./ticks.js";
import { fit } from "./view.js";

const GAP = 6; // px: between two numbers of an axis, at least
const NEAR = 24; // px: so far the pointer may be from a point whose values it shows
const DASHES = { solid: [], dash: [6, 4], dot: [1.5, 3], "4px,3px": [4, 3] };

const charts = new WeakMap(); // box -> what stands in it

/** Draw `traces` in `box`, or draw them anew, as `Plotly.react` does. */
export function react(box, traces, layout) {
  const chart = charts.get(box) ?? new LineChart(box);
  charts.set(box, chart);
  chart.draw(traces, layout);
}

export function purge(box) {
  charts.get(box)?.remove();
  charts.delete(box);
}

class LineChart {
  constructor(box) {
    this.box = box;
    this.canvas = h("canvas", { "aria-hidden": "true" });
    this.canvas.style.display = "block";
    this.tip = h("div", { class: "pg-plot-tip", hidden: true });
    this.point = (event) => this.show(event);
    this.leave = () => this.show(null);
    box.addEventListener("pointermove", this.point);
    box.addEventListener("pointerdown", this.point);
    box.addEventListener("pointerleave", this.leave);
    box.replaceChildren(this.canvas, this.tip);
  }

  draw(traces, layout) {
    this.traces = traces;
    this.layout = layout;
    this.scale = scaleOf(layout);
    const { width, height, margin, font } = layout;
    const { ctx } = fit(this.canvas, width, height);
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    ctx.clearRect(0, 0, width, height);
    ctx.font = `${font.size}px ${font.family}`;
    this.axes(ctx);
    ctx.save();
    ctx.beginPath();
    ctx.rect(margin.l, 0, width - margin.l - margin.r, height - margin.b + 1);
    ctx.clip();
    for (const shape of layout.shapes) this.shape(ctx, shape);
    for (const trace of traces) this.line(ctx, trace);
    ctx.restore();
    if (this.at) this.show(this.at);
  }

  axes(ctx) {
    const { xaxis, yaxis, width, height, margin } = this.layout;
    const { x, y } = this.scale;
    ctx.fillStyle = xaxis.tickfont.color;
    ctx.strokeStyle = xaxis.gridcolor;
    ctx.lineWidth = 1;
    ctx.textBaseline = "middle";
    ctx.textAlign = "right";
    for (const value of heights(yaxis)) {
      const place = Math.round(y(value)) + 0.5;
      stroke(ctx, [
        [margin.l, place],
        [width - margin.r, place],
      ]);
      ctx.fillText(short(value), margin.l - 5, place);
    }
    ctx.textBaseline = "alphabetic";
    const [, end] = xaxis.range;
    const steps = Array.from({ length: Math.floor(end / xaxis.dtick) + 1 }, (_, i) => i * xaxis.dtick);
    const texts = steps.map((step) => (end < 10000 ? step.toLocaleString("en") : thousands(step)));
    const wide = texts.map((text) => ctx.measureText(text).width);
    ctx.textAlign = "left";
    for (const [i, left] of apart(steps.map(x), wide, width)) ctx.fillText(texts[i], left, height - 3);
  }

  /** A band, or a level, across the whole chart. */
  shape(ctx, { type, y0, y1, fillcolor, line }) {
    const { width, margin } = this.layout;
    const { y } = this.scale;
    const [left, right] = [margin.l, width - margin.r];
    if (type === "rect") {
      ctx.fillStyle = fillcolor;
      ctx.fillRect(left, y(y1), right - left, y(y0) - y(y1));
      return;
    }
    ctx.strokeStyle = line.color;
    ctx.lineWidth = line.width;
    ctx.setLineDash(DASHES[line.dash]);
    stroke(ctx, [
      [left, y(y0)],
      [right, y(y0)],
    ]);
    ctx.setLineDash([]);
  }

  line(ctx, { x, y, mode, line, marker, opacity }) {
    const places = x.map((step, i) => [this.scale.x(step), this.scale.y(y[i])]).filter(([, top]) => !Number.isNaN(top));
    ctx.globalAlpha = opacity;
    ctx.strokeStyle = line.color;
    ctx.lineWidth = line.width;
    ctx.lineJoin = "round";
    ctx.setLineDash(DASHES[line.dash]);
    stroke(ctx, places);
    ctx.setLineDash([]);
    ctx.fillStyle = marker.color;
    for (const [left, top] of mode.includes("markers") ? places : []) dot(ctx, left, top, marker.size / 2);
    ctx.globalAlpha = 1;
  }

  /** The values of the point that is nearest to the pointer; `event` null: of none. */
  show(event) {
    this.at = event && { clientX: event.clientX, clientY: event.clientY };
    const found = event && this.nearest(event);
    this.tip.hidden = !found;
    if (!found) return;
    const { trace, i, left, top } = found;
    const { width, hoverlabel } = this.layout;
    write(this.tip, `${figure(trace.y[i])}  ·  ${trace.x[i].toLocaleString("en")}`);
    Object.assign(this.tip.style, {
      background: hoverlabel.bgcolor,
      borderColor: trace.line.color,
      top: `${Math.max(0, top - 26)}px`,
      left: `${Math.max(0, Math.min(width - this.tip.offsetWidth, left - this.tip.offsetWidth / 2))}px`,
    });
  }

  nearest({ clientX, clientY }) {
    const { left, top } = this.canvas.getBoundingClientRect();
    let [best, found] = [NEAR, null];
    for (const trace of this.traces)
      trace.x.forEach((step, i) => {
        const place = { left: this.scale.x(step), top: this.scale.y(trace.y[i]) };
        const far = Math.hypot(place.left - clientX + left, place.top - clientY + top);
        if (far < best) [best, found] = [far, { trace, i, ...place }];
      });
    return found;
  }

  remove() {
    this.box.removeEventListener("pointermove", this.point);
    this.box.removeEventListener("pointerdown", this.point);
    this.box.removeEventListener("pointerleave", this.leave);
    this.box.replaceChildren();
  }
}

/** Where a step and a value stand, in px. On a logarithmic axis what is not positive stands nowhere. */
function scaleOf({ width, height, margin, xaxis, yaxis }) {
  const [from, to] = xaxis.range;
  const [low, high] = yaxis.range;
  const [wide, tall] = [width - margin.l - margin.r, height - margin.t - margin.b];
  const value = yaxis.type === "log" ? (v) => (v > 0 ? Math.log10(v) : NaN) : (v) => v;
  return {
    x: (step) => margin.l + (wide * (step - from)) / (to - from),
    y: (v) => margin.t + (tall * (high - value(v))) / (high - low),
  };
}

/** The values at which the axis has a line: about four round ones; of a logarithmic one powers of ten, or 1, 2, 5. */
export function heights({ range: [low, high], type, dtick }) {
  if (type !== "log") return ticks(low, high, (high - low) / 4, 0).map((value) => value + 0); // no -0
  const found = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power++)
    for (const digit of dtick === 1 ? [1] : [1, 2, 5]) found.push(Number(`${digit}e${power}`));
  return found.filter((value) => Math.log10(value) >= low - 1e-9 && Math.log10(value) <= high + 1e-9);
}

/**
 * Which numbers of the horizontal axis are written, and where each begins: `[index, px]`. `middles` and `wide`: of each, in
 * px; `end`: where the chart ends. Every second, every third ... where they would run into each other.
 */
export function apart(middles, wide, end) {
  const all = middles.map((middle, i) => [i, Math.min(middle + wide[i] / 2, end) - wide[i]]);
  for (let every = 1; ; every++) {
    const kept = all.filter(([i]) => i % every === 0);
    if (kept.every(([, left], k) => !k || left >= kept[k - 1][1] + wide[kept[k - 1][0]] + GAP)) return kept;
  }
}

const short = (value) => {
  const size = Math.abs(value);
  if (size >= 10000) return thousands(value);
  return size && size < 1e-3 ? value.toExponential(0) : String(Number(value.toPrecision(4))).replace("-", "\u2212");
};

const thousands = (value) => (value >= 1e6 ? `${value / 1e6}M` : value >= 1000 ? `${value / 1000}k` : String(value));

const figure = (value) => String(Number(value.toPrecision(4))).replace("-", "\u2212");

function stroke(ctx, places) {
  ctx.beginPath();
  for (const [left, top] of places) ctx.lineTo(left, top);
  ctx.stroke();
}

function dot(ctx, left, top, radius) {
  ctx.beginPath();
  ctx.arc(left, top, radius, 0, 2 * Math.PI);
  ctx.fill();
}
