// How wide texts are. Each is measured once: frames bring the same tokens again and again.

const SIZE = 100; // px
const MOST = 20_000; // texts
const known = new Map(); // font and text -> width

/** The width of the text, in sizes of its letters. */
export function widthOf(ctx, text, theme) {
  const key = `${theme.font}|${text}`;
  if (!known.has(key)) {
    if (known.size > MOST) known.clear();
    const { font } = ctx;
    ctx.font = `${SIZE}px ${theme.font}`;
    known.set(key, ctx.measureText(text).width / SIZE);
    ctx.font = font;
  }
  return known.get(key);
}

/** The largest width of the texts, in sizes of their letters. */
export const widest = (ctx, texts, theme) => texts.reduce((most, text) => Math.max(most, widthOf(ctx, text, theme)), 0);

/** Each how-manieth label has room, if each takes `need` and the next one stands `pitch` on. */
export const every = (need, pitch) => Math.max(1, Math.ceil(need / pitch - 1e-9));
