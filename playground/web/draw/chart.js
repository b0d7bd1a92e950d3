// One chart for Plotly: thin lines, dashed guides from theory, and a score's floor as a band.

import { fade } from "../core/palette.js";

const FEW = 40; // points: so few are drawn as markers too

export const MARGIN = { left: 42, right: 8 }; // px

/** The end of the axis of steps; `pinned`: the pinned run's series. */
export function lastStep(chart, series, pinned) {
  return Math.max(
    10,
    ...[series, pinned].flatMap((lines) =>
      chart.series.map((one) => lines.steps.done(lines.of(one.metric).x.at(-1) ?? 0)),
    ),
  );
}

/** The run's lines, and dashed those of the pinned run. */
export function chartTraces(chart, series, pinned, theme) {
  return [...traces(chart, pinned, theme, "4px,3px"), ...traces(chart, series, theme, "solid")];
}

function traces(chart, series, theme, dash) {
  return chart.series.map((one) => {
    const { x, y } = series.of(one.metric);
    const colour = theme.roles[one.role];
    return {
      x: series.steps.halves.length ? x.map((number) => series.steps.done(number)) : x,
      y,
      name: dash === "solid" ? one.title : `B: ${one.title}`,
      type: "scatter",
      mode: x.length < FEW ? "lines+markers" : "lines",
      line: { color: colour, width: 1.4, dash },
      opacity: dash === "solid" ? 1 : 0.8,
      marker: { color: colour, size: 4 },
      hovertemplate: `%{y:.4~g}<extra>${dash === "solid" ? "" : "B · "}%{x:,}</extra>`,
      connectgaps: true,
    };
  });
}

export function chartLayout(chart, series, pinned, theme, { width, height }) {
  const floors = chart.series
    .filter((one) => Number.isFinite(series.scores[one.metric]?.[1]))
    .filter((one) => !chart.log || series.scores[one.metric][1] > 0) // 0 has no place on such an axis
    .map((one) => ({ role: one.role, floor: series.scores[one.metric] }));
  const [low, high] = range(chart, [series, pinned], floors);
  const end = lastStep(chart, series, pinned);
  const faint = fade(theme.ink, 0.09);
  const axis = {
    gridcolor: faint,
    zeroline: false,
    fixedrange: true,
    ticks: "",
    automargin: false,
    tickfont: { size: theme.small, color: fade(theme.ink, 0.72) },
  };
  const shapes = chart.guides.map(([value]) => level(value, fade(theme.ink, 0.6), "dash"));
  for (const {
    role,
    floor: [, floor, from, to],
  } of floors) {
    const colour = theme.roles[role];
    shapes.push({
      type: "rect",
      xref: "paper",
      x0: 0,
      x1: 1,
      y0: from,
      y1: to,
      line: { width: 0 },
      fillcolor: fade(colour, 0.13),
      layer: "below",
    });
    shapes.push(level(floor, fade(colour, 0.9), "dot"));
  }
  return {
    width,
    height,
    shapes,
    datarevision: series.revision,
    showlegend: false,
    hovermode: "closest",
    dragmode: false,
    margin: { l: MARGIN.left, r: MARGIN.right, t: 6, b: theme.small + 10, pad: 0 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, size: theme.small, color: theme.ink },
    hoverlabel: {
      bgcolor: theme.paper,
      bordercolor: fade(theme.ink, 0.3),
      font: { color: theme.ink, size: theme.small },
    },
    xaxis: { ...axis, range: [0, end], tick0: 0, dtick: wholeSteps(end), tickformat: end < 10000 ? ",d" : "~s" },
    yaxis: {
      ...axis,
      range: [low, high],
      nticks: 5,
      type: chart.log ? "log" : "linear",
      tickformat: chart.log ? "~g" : undefined,
      dtick: chart.log ? (high - low >= 2 ? 1 : "D2") : undefined,
    },
  };
}

/** Steps from one number of the axis to the next: a whole, round number, about five of them up to `end`. */
function wholeSteps(end) {
  const power = 10 ** Math.floor(Math.log10(end / 5));
  return Math.max(
    1,
    [1, 2, 5, 10].map((k) => k * power).find((step) => step >= 0.999 * (end / 5)),
  );
}

function level(y, color, dash) {
  return { type: "line", xref: "paper", x0: 0, x1: 1, y0: y, y1: y, line: { color, width: 1.1, dash } };
}

/** Bounds of nearly all values and all guides, rounded outwards so that they seldom move. */
function range(chart, all, floors) {
  const to = chart.log ? (v) => Math.log10(Math.max(v, 1e-9)) : (v) => v;
  const seen = [...chart.guides.map(([value]) => value), ...floors.map(({ floor }) => floor[1])].map(to);
  for (const { y } of all.flatMap((series) => chart.series.map((one) => series.of(one.metric)))) {
    const sorted = (chart.log ? y.filter((v) => v > 0) : y).slice().sort((a, b) => a - b);
    if (sorted.length)
      seen.push(to(sorted[Math.floor(0.004 * sorted.length)]), to(sorted[Math.ceil(0.996 * sorted.length) - 1]));
  }
  if (!seen.length) seen.push(0, 1);
  let [low, high] = [Math.min(...seen), Math.max(...seen)];
  const base = chart.low === null ? low : Math.min(high, to(chart.low || 1e-9)); // what cannot be less begins there
  const room = [high - base, Math.abs(high)].find((span) => span > 1e-6) ?? 1; // of one value: around it
  const grain = chart.log ? 0.25 : 10 ** Math.floor(Math.log10(room)) / 2;
  low = chart.low === null ? Math.floor((low - 0.06 * room) / grain) * grain : to(chart.low || 1e-9);
  high = chart.high === null ? Math.ceil((high + 0.06 * room) / grain) * grain : to(chart.high);
  if (!chart.log && chart.low !== null) low = chart.low - 0.03 * (high - low);
  if (!chart.log && chart.high !== null) high += 0.06 * (high - low);
  return high > low ? [low, high] : [low, low + grain];
}
