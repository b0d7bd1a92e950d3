// Where the diagram's nodes stand: their grid is fitted into the box, upright or turned.

const TITLE = { low: 21, high: 32 }; // px: height of a node's title, on one line or on two
const ROOMY = 88; // px: nodes so wide have titles on one line
const GAP = 18; // px between nodes at least: room for an edge
const SMALLEST = 46; // px: side of a node's picture
const LARGEST = 118;
const BETWEEN = 30; // px between two rows: room for an edge and its head

/**
 * Place the nodes in a box of that width, at most so high: {size, title, tall, boxes}. `size`: side of the pictures,
 * `title`: height of the titles, on two lines up to nodes as wide as `roomy`, `tall`: what they take, `boxes`: name ->
 * {x, y, width, height}, all in pixels.
 */
export function layoutOf(nodes, width, most, roomy = ROOMY) {
  const [upright, turned] = [false, true].map((turn) => gridOf(nodes, width, most, turn));
  const { at, columns, rows, size: exact } = turned.size > 1.25 * upright.size ? turned : upright;
  const title = exact < roomy ? TITLE.high : TITLE.low;
  const card = exact + title;
  const pitch = { x: spread(width, columns, exact, exact + 70), y: spread(most, rows, card, card + BETWEEN) };
  const indent = (width - (columns - 1) * pitch.x - exact) / 2;
  const size = Math.floor(exact);
  const boxes = nodes.map(({ name }, i) => {
    const [x, y] = [Math.round(indent + at[i][0] * pitch.x), Math.round(at[i][1] * pitch.y)];
    return [name, { x, y, width: size, height: size + title }];
  });
  return { size, title, tall: (rows - 1) * pitch.y + card, boxes: new Map(boxes) };
}

/** The nodes' places in columns and rows counted from 0, and how large their pictures may be. */
function gridOf(nodes, width, most, turned) {
  const at = nodes.map((node) => (turned ? [node.at[1], node.at[0]] : node.at));
  const [xs, ys] = [at.map((p) => p[0]), at.map((p) => p[1])];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [columns, rows] = [Math.max(...xs) - left + 1, Math.max(...ys) - top + 1];
  const wide = (width - GAP * (columns - 1)) / columns;
  const high = (most - GAP * (rows - 1)) / rows - TITLE.high;
  const size = Math.max(SMALLEST, Math.min(LARGEST, wide, high));
  return { at: at.map(([x, y]) => [x - left, y - top]), columns, rows, size };
}

/** The distance from one node to the next that fills the room, up to `most`. */
const spread = (room, count, own, most) => (count > 1 ? Math.min(most, (room - own) / (count - 1)) : 0);
