// Recordings from files. Each is a classic script that leaves a text in `playgroundFiles`, since a page that was opened
// from a disk may neither fetch anything nor load modules. The text is base64 of gzip.

import { h } from "../core/dom.js";

const kept = (globalThis.playgroundFiles ??= {});
const opened = new Map(); // name -> a promise of what is in it

/** Whether this browser can unpack the files. */
export const canUnpack = () => typeof DecompressionStream === "function";

/** The recording `name` in the language `lang`: what it says, as `site/recordings.py` writes it, with `frame(i, seq)`,
 * the message that the server would send. Rejects where a file is missing. */
export function recording(name, lang) {
  const key = `${name}.${lang}`;
  if (!opened.has(key)) {
    const found = Promise.all([unpack(name), unpack(key)]).then(([arrays, text]) => open(arrays, text));
    opened.set(key, found);
    found.catch(() => opened.delete(key)); // it is asked for again
  }
  return opened.get(key);
}

async function unpack(file) {
  if (!(file in kept)) await load(file);
  const packed = bytesOf(kept[file]);
  delete kept[file];
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  const written = writer.write(packed).then(() => writer.close());
  const [raw] = await Promise.all([new Response(readable).arrayBuffer(), written]);
  return raw;
}

/** What a text in base64 means: by the browser's own reader, or letter by letter (a callback for each takes ten times
 * as long, and the first picture waits for it). */
function bytesOf(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

function load(file) {
  return new Promise((resolve, reject) => {
    const src = new URL(`../recordings/${file}.js`, import.meta.url).href;
    const script = h("script", { src });
    script.addEventListener("load", () => (file in kept ? resolve() : reject(new Error(file))));
    script.addEventListener("error", () => reject(new Error(file)));
    document.head.append(script);
  });
}

function open(arrays, text) {
  const told = JSON.parse(new TextDecoder().decode(text));
  let at = 0;
  const parts = told.sizes.map((size) => new Uint8Array(arrays, at, ((at += size), size)));
  return { ...told, frame: (i, seq) => message({ seq, ...told.frames[i] }, parts[i]) };
}

/** A frame as `core/decode.js` reads it: `PGF1`, length, JSON, arrays at multiples of 8. */
function message(header, arrays) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil((text.length + 8) / 8) * 8 - 8;
  const whole = new Uint8Array(8 + length + arrays.length).fill(32, 0, 8 + length);
  whole.set([0x50, 0x47, 0x46, 0x31]);
  new DataView(whole.buffer).setUint32(4, length, true);
  whole.set(text, 8);
  whole.set(arrays, 8 + length);
  return whole.buffer;
}
