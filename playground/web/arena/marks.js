// What distinguishes contestants: each has a colour and a mark, since colour alone does not suffice.

const ROLES = ["data", "generated", "field", "gradient", "truth", "neutral", "ink"];

export function colour(number, theme) {
  const role = ROLES[number % ROLES.length];
  return role === "ink" ? theme.ink : theme.roles[role];
}

/** Draw the mark of contestant `number` at a place. */
export function drawMark(ctx, number, x, y, size) {
  const sides = [0, 4, 3, -4, -3, 5, 6][number % 7]; // corners; 0: a disc; below 0: upside down or standing on a corner
  ctx.beginPath();
  if (!sides) ctx.arc(x, y, size, 0, 2 * Math.PI);
  else {
    const count = Math.abs(sides);
    const turn = sides === 4 ? Math.PI / 4 : sides === -3 ? Math.PI : 0;
    for (let i = 0; i < count; i++) {
      const angle = turn - Math.PI / 2 + (2 * Math.PI * i) / count;
      ctx.lineTo(x + 1.25 * size * Math.cos(angle), y + 1.25 * size * Math.sin(angle));
    }
    ctx.closePath();
  }
  ctx.fill();
}

/** What is known of a contestant in training. */
export function live({ scores }) {
  const [value, floor] = scores.sliced_w2 ?? [null, null];
  return { sliced_w2: value, sliced_w2_floor: floor };
}
