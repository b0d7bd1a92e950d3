// Where the rows, names and the axis of ribbons are; render/ribbon_layout.py has the same rules for pictures.

const SMALL = [200, 60]; // px: a picture that is narrower or lower has no words
const [EDGE, SMALL_EDGE] = [10, 3];
const TITLES = 0.28; // of the width that titles of rows may take
export const BESIDE = 8; // px between titles and rows
export const SWATCH = 10; // px of the mark before the name of a class
export const NEAR = 5; // px between both
const APART = 14; // px from a name to the next mark
const LINE = 1.6; // height of a line of names, in sizes of letters
const [LOWEST, HIGHEST] = [11, 54]; // px from one row to the next
const GAP = [0.28, 2, 9]; // above a row, in heights of a row; least, most

/**
 * `title`: width of the widest title of a row, `names`: of the names of classes, in sizes of their letters; `letters`:
 * px of these. {font: px, or 0 where letters have no room, left, top, width, pitch: from one row to the next, gap: above
 * each row, inside the pitch, names: [x, y] of each named class, axis: where it is, or 0, rows}
 */
export function ribbonLayout({ rows, title, names, width, height, letters }) {
  const small = width < SMALL[0] || height < SMALL[1];
  const [font, edge] = small ? [0, SMALL_EDGE] : [letters, EDGE];
  const left = edge + (title && font ? Math.min(TITLES * width, title * font) + BESIDE : 0);
  const room = height - 2 * edge;
  const below = font && room - (font + 10) >= rows * LOWEST ? font + 10 : 0;
  let [flow, above] = [[], 0];
  if (font && names.length) {
    const { places, lines } = flowing(names, width - edge, edge, font);
    const need = lines * LINE * font + 2;
    if (room - below - need >= rows * LOWEST) [flow, above] = [places, need];
  }
  const pitch = Math.min(HIGHEST, (room - above - below) / Math.max(rows, 1));
  const start = edge + (room - above - below - rows * pitch) / 2; // in the middle
  const top = start + above;
  const gap = Math.min(Math.max(GAP[0] * pitch, GAP[1]), GAP[2]);
  return {
    font,
    left,
    top,
    width: width - edge - left,
    pitch,
    gap,
    names: flow.map(([x, line]) => [x, start + (line + 0.5) * LINE * font]),
    axis: below ? top + rows * pitch + 3 : 0,
    rows,
  };
}

/** Top and height of a row's band. */
export const bandOf = ({ top, pitch, gap }, row) => [top + row * pitch + gap, pitch - gap];

/** [x, line] of each name, one after the other, and how many lines they take. */
function flowing(names, end, begin, font) {
  const places = [];
  let [x, line] = [begin, 0];
  for (const name of names) {
    const wide = SWATCH + NEAR + name * font;
    if (x > begin && x + wide > end) [x, line] = [begin, line + 1];
    places.push([x, line]);
    x += wide + APART;
  }
  return { places, lines: line + 1 };
}
