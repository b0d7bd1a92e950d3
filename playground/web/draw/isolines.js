// Marching squares (Lorensen and Cline's marching cubes, 1987, on the plane), saddles decided by the middle. The pieces
// are joined to long lines: a browser strokes one long line many times faster than its pieces.

// For each of the 16 cases the pairs of edges that a line joins; edges: 0 bottom, 1 right, 2 top, 3 left.
const PAIRS = [
  [],
  [3, 0],
  [0, 1],
  [3, 1],
  [1, 2],
  [3, 0, 1, 2],
  [0, 2],
  [3, 2],
  [2, 3],
  [2, 0],
  [0, 1, 2, 3],
  [2, 1],
  [1, 3],
  [1, 0],
  [0, 3],
  [],
];
const SADDLES = { 5: [0, 1, 2, 3], 10: [3, 0, 1, 2] };

/** Call `line([column0, row0, column1, row1, ...])` for each line along which `values` equal `level`; a closed one ends
 * where it begins. */
export function isolines(values, rows, columns, level, line) {
  const neighbours = joined(values, rows, columns, level);
  const place = (crossing) => {
    const at = crossing >> 1;
    const upright = crossing & 1;
    const [from, to] = [values[at], values[upright ? at + columns : at + 1]];
    const share = to === from ? 0.5 : (level - from) / (to - from);
    const [column, row] = [at % columns, Math.floor(at / columns)];
    return upright ? [column, row + share] : [column + share, row];
  };
  const follow = (start) => {
    const found = [...place(start)];
    for (let now = start, next; (next = neighbours.get(now)?.pop()) !== undefined; now = next) {
      const back = neighbours.get(next);
      back.splice(back.indexOf(now), 1);
      found.push(...place(next));
    }
    line(found);
  };
  for (const [crossing, ends] of neighbours) if (ends.length === 1) follow(crossing); // open lines, from their ends
  for (const [crossing, ends] of neighbours) if (ends.length === 2) follow(crossing); // closed ones
}

/** Which crossings a line joins: crossing -> one or two others. A crossing is named by its edge of the grid: twice the
 * node where the edge begins, one more if it is upright. */
function joined(values, rows, columns, level) {
  const neighbours = new Map();
  const join = (a, b) => (neighbours.has(a) ? neighbours.get(a).push(b) : neighbours.set(a, [b]));
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const at = row * columns + column;
      const [a, b, c, d] = [values[at], values[at + 1], values[at + columns + 1], values[at + columns]];
      const which = (a > level ? 1 : 0) | (b > level ? 2 : 0) | (c > level ? 4 : 0) | (d > level ? 8 : 0);
      if (which === 0 || which === 15) continue;
      const edges = [2 * at, 2 * (at + 1) + 1, 2 * (at + columns), 2 * at + 1];
      const saddle = (which === 5 || which === 10) && (a + b + c + d) / 4 > level;
      const pairs = saddle ? SADDLES[which] : PAIRS[which];
      for (let k = 0; k < pairs.length; k += 2) {
        join(edges[pairs[k]], edges[pairs[k + 1]]);
        join(edges[pairs[k + 1]], edges[pairs[k]]);
      }
    }
  }
  return neighbours;
}
