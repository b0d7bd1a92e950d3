// Tokens, links, matrices and ribbons fill their picture; those that are shown together share it, one under the other.

const SHARING = new Set(["tokens", "links", "matrix", "ribbons"]);
const GAP = 12; // px of a 500-pixel stage, between two of them

/** Whether a layer consists of cells that have a name, or of bars to click: the pointer and the arrow keys find them. */
export const hasCells = (layer) => SHARING.has(layer.kind) || Boolean(layer.pick);

/** Where each of those layers stands: by its name, how far down, and the view of its part. `covered`: px that something
 * covers along the upper edge; `view.stacked`: the share of the height, from below, that they have beside others. */
export function partsOf(layers, view, covered = 0) {
  const sharing = layers.filter(hasCells);
  const beside = sharing.length < layers.length;
  const from = Math.max(covered, beside ? (1 - (view.stacked ?? 1)) * view.height : 0);
  const gap = GAP * Math.min(1, view.unit);
  const room = Math.max(0, view.height - from - gap * (sharing.length - 1));
  const whole = sharing.reduce((sum, { share }) => sum + (share ?? 1), 0);
  const parts = new Map();
  let top = from;
  for (const { name, share = 1 } of sharing) {
    const height = (room * share) / whole;
    parts.set(name, { top, view: { ...view, height } });
    top += height + gap;
  }
  return parts;
}
