// One chart for Plotly: thin lines, dashed guides from theory, and a score's floor as a band.

import { fade } from "../core/palette.js";

const FEW = 40; // points: so few are drawn as markers too

export const MARGIN = { left: 38, right: 8 }; // px

/** The end of the axis of steps; `pinned`: the pinned run's series. */
export function lastStep(chart, series, pinned) {
  return Math.max(
    10,
    ...[series, pinned].flatMap((lines) => chart.series.map((one) => lines.of(one.metric).x.at(-1) ?? 0)),
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
      x,
      y,
      name: one.title,
      type: "scatter",
      mode: x.length < FEW ? "lines+markers" : "lines",
      line: { color: colour, width: 1.4, dash },
      opacity: dash === "solid" ? 1 : 0.8,
      marker: { color: colour, size: 4 },
      hovertemplate: "%{y:.4~g}<extra>%{x:,}</extra>",
      connectgaps: true,
    };
  });
}

export function chartLayout(chart, series, pinned, app, { width, height }) {
  const { theme } = app;
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
    tickfont: { size: 10, color: fade(theme.ink, 0.72) },
  };
  const [shapes, annotations] = [[], []];
  const place = (value) => (chart.log ? Math.log10(value) : value);
  for (const [value, title] of chart.guides) {
    shapes.push(level(value, fade(theme.ink, 0.6), "dash"));
    annotations.push(label(place(value), title, theme));
  }
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
    annotations.push(label(place(floor), app.t("perfect"), theme));
  }
  return {
    width,
    height,
    shapes,
    annotations: separated(annotations, [low, high], height),
    datarevision: series.revision,
    showlegend: false,
    hovermode: "closest",
    dragmode: false,
    margin: { l: MARGIN.left, r: MARGIN.right, t: 6, b: 20, pad: 0 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, size: 10, color: theme.ink },
    hoverlabel: { bgcolor: theme.paper, bordercolor: fade(theme.ink, 0.3), font: { color: theme.ink, size: 11 } },
    xaxis: { ...axis, range: [0, end], nticks: 5, tickformat: end < 10000 ? ",d" : "~s" },
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

function level(y, color, dash) {
  return { type: "line", xref: "paper", x0: 0, x1: 1, y0: y, y1: y, line: { color, width: 1.1, dash } };
}

function label(y, text, theme) {
  return {
    xref: "paper",
    x: 1,
    y,
    text,
    showarrow: false,
    xanchor: "right",
    yanchor: "bottom",
    yshift: -1,
    bgcolor: fade(theme.paper, 0.5),
    borderpad: 0,
    font: { size: 10, color: fade(theme.ink, 0.85) },
  };
}

/** Labels that would overlap: the lower one moves below its line; of two at one place only the first is kept. */
function separated(labels, [low, high], height) {
  const pixels = (value) => ((high - value) / (high - low)) * (height - 26);
  const sorted = labels
    .filter((one, i) => labels.slice(0, i).every((other) => Math.abs(pixels(other.y) - pixels(one.y)) > 3))
    .sort((a, b) => b.y - a.y);
  sorted.forEach((one, i) => {
    const crowded = i > 0 && pixels(one.y) - pixels(sorted[i - 1].y) < 14 && sorted[i - 1].yanchor === "bottom";
    if (crowded || pixels(one.y) < 14) Object.assign(one, { yanchor: "top", yshift: 1 });
  });
  return sorted.filter((one) => one.y >= low && one.y <= high);
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
  const room = Math.max(high - low, 1e-6);
  const grain = chart.log ? 0.25 : 10 ** Math.floor(Math.log10(room)) / 2;
  low = chart.low === null ? Math.floor((low - 0.06 * room) / grain) * grain : to(chart.low || 1e-9);
  high = chart.high === null ? Math.ceil((high + 0.06 * room) / grain) * grain : to(chart.high);
  if (!chart.log && chart.low !== null) low = chart.low - 0.03 * (high - low);
  if (!chart.log && chart.high !== null) high += 0.06 * (high - low);
  return high > low ? [low, high] : [low, low + grain];
}
