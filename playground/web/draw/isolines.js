// Marching squares (Lorensen and Cline's marching cubes, 1987, on the plane), saddles decided by the middle.

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

/** Call `line(column0, row0, column1, row1)` for each segment along which `values` equal `level`. */
export function isolines(values, rows, columns, level, line) {
  const cross = (edge, row, column, a, b, c, d) => {
    const share = (from, to) => (to === from ? 0.5 : (level - from) / (to - from));
    if (edge === 0) return [column + share(a, b), row];
    if (edge === 1) return [column + 1, row + share(b, c)];
    if (edge === 2) return [column + share(d, c), row + 1];
    return [column, row + share(a, d)];
  };
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const at = row * columns + column;
      const [a, b, c, d] = [values[at], values[at + 1], values[at + columns + 1], values[at + columns]];
      const which = (a > level ? 1 : 0) | (b > level ? 2 : 0) | (c > level ? 4 : 0) | (d > level ? 8 : 0);
      if (which === 0 || which === 15) continue;
      const joined = (which === 5 || which === 10) && (a + b + c + d) / 4 > level;
      const pairs = joined ? SADDLES[which] : PAIRS[which];
      for (let k = 0; k < pairs.length; k += 2) {
        line(...cross(pairs[k], row, column, a, b, c, d), ...cross(pairs[k + 1], row, column, a, b, c, d));
      }
    }
  }
}
