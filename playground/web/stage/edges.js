// The diagram's edges: thin lines with dots that flow along them, led around the nodes in their way.

import { svg } from "../core/dom.js";

const PITCH = 16; // px between two dots, as in the styles
const SPEED = { usual: PITCH / 1100, lit: PITCH / 450 }; // px a ms

export class Edges {
  constructor() {
    this.element = svg("svg", { class: "pg-edges", "aria-hidden": "true" });
    this.groups = new Map();
    this.lit = false;
  }

  /** `boxes`: name -> {x, y, width, height} in pixels. */
  set(edges, boxes, [width, height]) {
    this.element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.element.style.width = `${width}px`;
    this.element.style.height = `${height}px`;
    this.groups.clear();
    const joined = new Set(edges.map((edge) => `${edge.source}>${edge.target}`));
    const drawn = edges
      .filter((edge) => boxes.has(edge.source) && boxes.has(edge.target))
      .map((edge) => {
        const double = joined.has(`${edge.target}>${edge.source}`);
        const route = around(boxes, edge, double, [width, height]);
        const d = `M${route.from}Q${route.bend} ${route.to}`;
        const group = svg(
          "g",
          { class: `pg-edge pg-edge-${edge.kind}` },
          svg("path", { class: "pg-edge-line", d }),
          svg("path", { class: "pg-edge-flow", d }),
          svg("path", { class: "pg-edge-head", d: head(route) }),
        );
        if (edge.title) group.append(svg("title", {}, edge.title));
        this.groups.set(`${edge.source}>${edge.target}`, group);
        return group;
      });
    this.element.replaceChildren(...drawn);
  }

  /** Move the dots on: they are dashes that are shifted. */
  flow(now) {
    this.element.style.strokeDashoffset = -((now * (this.lit ? SPEED.lit : SPEED.usual)) % PITCH).toFixed(2);
  }

  light(beat) {
    this.lit = Boolean(beat);
    const lit = new Set((beat?.edges ?? []).map(([source, target]) => `${source}>${target}`));
    for (const [name, group] of this.groups) group.classList.toggle("pg-lit", lit.has(name));
  }
}

const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];

/** A quadratic curve from border to border: the first bend, from straight to wide, that meets no node. */
function around(boxes, edge, double, bounds) {
  const [a, b] = [boxes.get(edge.source), boxes.get(edge.target)];
  const [[ax, ay], [bx, by]] = [middle(a), middle(b)];
  const length = Math.hypot(bx - ax, by - ay) || 1;
  const [nx, ny] = [-(by - ay) / length, (bx - ax) / length];
  const others = [...boxes].filter(([name]) => name !== edge.source && name !== edge.target).map(([, box]) => box);
  const first = double ? 15 : 0;
  const bends = [first, ...[0.5, 0.8, 1.1, 1.5, 2, 2.6].flatMap((k) => [k * a.width, -k * a.width])];
  let best = null;
  for (const bend of bends) {
    const control = [(ax + bx) / 2 + nx * bend * 2, (ay + by) / 2 + ny * bend * 2].map((v, k) =>
      Math.min(bounds[k] + 8, Math.max(-8, v)),
    );
    const route =
      double && bend === first
        ? side(a, b, nx * 9, ny * 9)
        : {
            from: border(a, control),
            bend: control,
            to: border(b, control, 5),
          };
    const met = collisions(route, others);
    if (!best || met < best.met) best = { ...route, met };
    if (met === 0) break;
  }
  return best;
}

/** Two edges between the same nodes run side by side. */
function side(a, b, dx, dy) {
  const move = ([x, y]) => [x + dx, y + dy];
  const [ca, cb] = [middle(a), middle(b)];
  return {
    from: move(border(a, cb)),
    bend: move([(ca[0] + cb[0]) / 2, (ca[1] + cb[1]) / 2]),
    to: move(border(b, ca, 5)),
  };
}

/** Where the line from the box's middle to `point` leaves the box (widened by `gap`). */
function border(box, [px, py], gap = 2) {
  const [x, y] = middle(box);
  const [dx, dy] = [px - x, py - y];
  const scale = Math.min((box.width / 2 + gap) / Math.abs(dx || 1e-9), (box.height / 2 + gap) / Math.abs(dy || 1e-9));
  return [x + dx * scale, y + dy * scale].map((v) => Math.round(v * 10) / 10);
}

function collisions(route, boxes) {
  let met = 0;
  for (let t = 0.08; t < 0.93; t += 0.06) {
    const [x, y] = [0, 1].map(
      (k) => (1 - t) ** 2 * route.from[k] + 2 * t * (1 - t) * route.bend[k] + t * t * route.to[k],
    );
    met += boxes.some(
      (box) => x > box.x - 6 && x < box.x + box.width + 6 && y > box.y - 6 && y < box.y + box.height + 6,
    );
  }
  return met;
}

function head({ bend, to }) {
  const [dx, dy] = [to[0] - bend[0], to[1] - bend[1]];
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [(dx / length) * 6, (dy / length) * 6];
  const [x, y] = [to[0] - ux, to[1] - uy];
  const barb = [0.55 * uy, 0.55 * ux];
  return `M${x - barb[0]},${y + barb[1]}L${to[0]},${to[1]}L${x + barb[0]},${y - barb[1]}`;
}
