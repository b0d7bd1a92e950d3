// A frame from the socket: `PGF1`, length, JSON header, arrays at multiples of 8 (live/protocol.py).

const HALVES = halves();

/** The message's header; each of its layers has its arrays under their names, and their shapes in `shapes`. */
export function decode(buffer) {
  const view = new DataView(buffer);
  if (view.getUint32(0, false) !== 0x50474631) throw new Error("not a frame");
  const length = view.getUint32(4, true);
  const frame = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const start = 8 + length;
  for (const layer of frame.layers) {
    layer.shapes = {};
    for (const [name, [kind, shape, offset]] of Object.entries(layer.arrays)) {
      const count = shape.reduce((a, b) => a * b, 1);
      layer[name] = read(buffer, start + offset, kind, count);
      layer.shapes[name] = shape;
    }
    layer.stamp = 0;
  }
  return frame;
}

/** Whether the message answers a panel: it then holds scenes instead of being one. */
export const holdsScenes = (buffer) => new DataView(buffer).getUint32(0, false) === 0x50475031; // PGP1

/** A panel's answer (live/panels.py): its header, with the `scenes`. */
export function decodeScenes(buffer) {
  const length = new DataView(buffer).getUint32(4, true);
  const answer = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  let at = 8 + length;
  answer.scenes = answer.sizes.map((size) => decode(buffer.slice(at, (at += size))));
  return answer;
}

function read(buffer, at, kind, count) {
  if (kind === "u1") return new Uint8Array(buffer, at, count);
  if (kind === "i1") return new Int8Array(buffer, at, count);
  if (kind === "i2") return new Int16Array(buffer, at, count);
  if (kind === "f4") return new Float32Array(buffer, at, count);
  const packed = new Uint16Array(buffer, at, count);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = HALVES[packed[i]];
  return values;
}

/** A table of all float16 values: 256 KB, and no arithmetic for each number (Float16Array is too new). */
function halves() {
  const values = new Float32Array(65536);
  for (let exponent = 0; exponent < 32; exponent++) {
    const unit = 2 ** (Math.max(1, exponent) - 25);
    const least = exponent ? 1024 : 0;
    for (let fraction = 0; fraction < 1024; fraction++) {
      const finite = unit * (least + fraction);
      const value = exponent < 31 ? finite : fraction ? NaN : Infinity;
      const bits = (exponent << 10) | fraction;
      values[bits] = value;
      values[bits | 0x8000] = -value;
    }
  }
  return values;
}
