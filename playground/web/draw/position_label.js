// The position on a trajectory in words: at a label, or how far from one to the next.

import { span } from "./trajectory_cuts.js";

const NEAR = 1e-3; // of the distance between two moments: counts as being there

export function positionLabel(trajectory, moment, t) {
  const { moments, labels, start, end } = trajectory;
  const last = moments.length - 1;
  const ends = { 0: start, [last]: end };
  const named = (i) => [labels[i], ends[i]].filter(Boolean).join(", ");
  const marked = moments.map((_, i) => i).filter(named);
  const near = (NEAR * span(trajectory)) / last;
  const at = marked.find((i) => Math.abs(moments[i] - moment) <= near);
  if (at !== undefined) return named(at);
  const before = marked.filter((i) => moments[i] < moment).at(-1) ?? 0;
  const after = marked.find((i) => moments[i] > moment) ?? last;
  const share = (moment - moments[before]) / (moments[after] - moments[before]);
  const short = (i) => labels[i] || named(i);
  return t("trajectory_between", { before: short(before), after: short(after), share: Math.round(100 * share) });
}
