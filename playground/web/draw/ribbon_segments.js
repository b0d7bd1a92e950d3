// What ribbons consist of: segments of one class, and the part that has been seen.

export const BACKGROUND = 0;
const COLOURS = 10; // of classes: more of them repeat these, and then only names that occur are written

/** [start, stop, class] of each part of a row in which the class stays the same; nothing where none is. */
export function segments(layer, row) {
  const frames = layer.shapes.classes[1];
  const found = [];
  for (let start = 0, stop; start < frames; start = stop) {
    const number = layer.classes[row * frames + start];
    for (stop = start + 1; stop < frames && layer.classes[row * frames + stop] === number;) stop += 1;
    if (number >= BACKGROUND) found.push([start, stop, number]);
  }
  return found;
}

/** The segment in which a frame is; null: there is no class. */
export const segmentAt = (layer, row, frame) =>
  segments(layer, row).find(([start, stop]) => start <= frame && frame < stop) ?? null;

/** The colour of a class; the background's is that of thin lines. */
export const colourOf = (number, theme) =>
  number > BACKGROUND ? theme.kinds[(number - 1) % theme.kinds.length] : theme.roles.neutral;

/** The classes whose names are written above: all, so that nothing jumps, or if they are many those that occur. */
export function named({ names, classes }) {
  const there = names.length - 1 > COLOURS ? new Set(classes) : null;
  return [...names.keys()].filter((number) => names[number] && (there?.has(number) ?? true));
}

/** How many frames have passed at the moment shown, the one shown among them. */
export const seen = ({ now, shapes }) => Math.max(0, Math.min(shapes.classes[1], now[0] + 1));
