// What legends are made of: marks in the layers' colours, and sentences whose words carry them.

import { attribute, h } from "../core/dom.js";

/** The mark by which a legend names a layer: its colour, in the shape of its kind. */
export function swatch(layer) {
  const kind = layer.kind === "heatmap" ? `heatmap pg-${layer.scale}` : layer.kind;
  const mark = h("i", { class: `pg-swatch pg-is-${layer.role} pg-${kind}` });
  attribute(mark, "aria-hidden", "true");
  return mark;
}

/** For a graph: each title with its colour, once. */
export function keyOf(layers) {
  const told = layers.filter(({ title }, i) => layers.findIndex((other) => other.title === title) === i);
  return told.map((layer) => h("span", {}, swatch(layer), layer.title));
}

/** "a [data:real] one" -> its words, those in brackets in the role's colour. */
export function coloured(sentence) {
  return sentence.split(/(\[\w+:[^\]]*\])/).map((piece) => {
    const named = /^\[(\w+):([^\]]*)\]$/.exec(piece);
    return named ? h("strong", { class: `pg-is-${named[1]}` }, named[2]) : piece;
  });
}
