// Layers that a new frame repeats: the old ones are kept, with what was drawn from them.

const OWN = new Set(["arrays", "shapes", "stamp", "raster", "still", "before"]);

/** The layers of a new frame; in the place of each one that is as it was before, the old one. */
export function keepUnchanged(layers, before = []) {
  const old = new Map(before.map((layer) => [layer.name, layer]));
  return layers.map((layer) => (same(old.get(layer.name), layer) ? old.get(layer.name) : layer));
}

function same(a, b) {
  if (!a) return false;
  const names = Object.keys(b).filter((name) => !OWN.has(name));
  return names.every((name) => alike(a[name], b[name])) && alike(a.shapes, b.shapes);
}

function alike(a, b) {
  if (a === b) return true;
  if (!ArrayBuffer.isView(b)) return JSON.stringify(a) === JSON.stringify(b);
  if (a?.length !== b.length) return false;
  for (let i = 0; i < b.length; i++) if (a[i] !== b[i] && !(a[i] !== a[i] && b[i] !== b[i])) return false;
  return true;
}
