// Builds the server's binary messages (live/protocol.py), independently of what reads them.

const TYPES = { u1: Uint8Array, i1: Int8Array, i2: Int16Array, f2: Uint16Array, f4: Float32Array }; // float16 is given as its bits
const aligned = (size) => Math.ceil(size / 8) * 8;

/** A frame: `header` with `layers`, and for each layer its arrays [name, type, shape, values]. */
export function message(header, ...arrays) {
  const parts = [];
  let size = 0;
  header.layers.forEach((layer, i) => {
    layer.arrays = {};
    for (const [name, type, shape, values] of arrays[i] ?? []) {
      layer.arrays[name] = [type, shape, size];
      const bytes = new Uint8Array(TYPES[type].from(values).buffer);
      parts.push([size, bytes]);
      size = aligned(size + bytes.length);
    }
  });
  return assembled("PGF1", header, parts, size);
}

/** A panel's answer: `header`, then whole frames one after the other. */
export function scenes(header, frames) {
  const sizes = frames.map((frame) => frame.byteLength);
  let at = 0;
  const parts = frames.map((frame, i) => {
    const part = [at, new Uint8Array(frame)];
    at += sizes[i];
    return part;
  });
  return assembled("PGP1", { ...header, sizes }, parts, at);
}

function assembled(magic, header, parts, size) {
  const text = JSON.stringify(header);
  const padded = new TextEncoder().encode(text.padEnd(aligned(text.length)));
  const bytes = new Uint8Array(8 + padded.length + size);
  bytes.set(new TextEncoder().encode(magic));
  new DataView(bytes.buffer).setUint32(4, padded.length, true);
  bytes.set(padded, 8);
  for (const [at, part] of parts) bytes.set(part, 8 + padded.length + at);
  return bytes.buffer;
}
