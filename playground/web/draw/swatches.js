// Parts of legends: marks in the layers' colours, and sentences with coloured words.

import { attribute, h } from "../core/dom.js";

/** A layer's mark: its colour, in a shape for its kind. */
export function swatch(layer) {
  const kind = layer.kind === "heatmap" ? `heatmap pg-${layer.scale}` : layer.kind;
  const mark = h("i", { class: `pg-swatch pg-is-${layer.role} pg-${kind}` });
  attribute(mark, "aria-hidden", "true");
  return mark;
}

/** The key of a graph: each title once, with its colour. */
export function keyOf(layers) {
  const titled = layers.filter(({ title }, i) => layers.findIndex((other) => other.title === title) === i);
  return titled.map((layer) => h("span", {}, swatch(layer), layer.title));
}

/** Splits "a [data:real] one"; words in brackets become elements in the role's colour. */
export function coloured(sentence) {
  return sentence.split(/(\[\w+:[^\]]*\])/).map((piece) => {
    const named = /^\[(\w+):([^\]]*)\]$/.exec(piece);
    return named ? h("strong", { class: `pg-is-${named[1]}` }, named[2]) : piece;
  });
}
