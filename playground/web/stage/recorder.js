// A film of the stage as it is seen, made by the browser itself: MP4 where it can, else WebM.

const KINDS = ["video/mp4;codecs=avc1.42E01E", "video/mp4", "video/webm;codecs=vp9", "video/webm"];
const RATE = 30; // pictures a second at most
const BITS = 5_000_000; // a second
const LONGEST = 180; // seconds: it is all held in memory

/** What this browser can record, or undefined. */
export function recordable() {
  if (!globalThis.MediaRecorder || !HTMLCanvasElement.prototype.captureStream) return undefined;
  return KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
}

export class Recorder {
  /** `on`: {changed(seconds), done(blob, extension)}. */
  constructor(canvas, on) {
    this.canvas = canvas;
    this.on = on;
    this.kind = recordable();
  }

  get running() {
    return this.recorder?.state === "recording";
  }

  toggle() {
    if (this.running) this.recorder.stop();
    else this.start();
  }

  start() {
    const stream = this.canvas.captureStream(RATE);
    const parts = [];
    this.recorder = new MediaRecorder(stream, { mimeType: this.kind, videoBitsPerSecond: BITS });
    this.recorder.ondataavailable = ({ data }) => data.size && parts.push(data);
    this.recorder.onstop = () => {
      clearInterval(this.clock);
      stream.getTracks().forEach((track) => track.stop());
      const plain = this.kind.split(";")[0];
      this.on.done(new Blob(parts, { type: plain }), plain.split("/")[1]);
      this.on.changed(0);
    };
    this.recorder.start(1000);
    const began = performance.now();
    this.clock = setInterval(() => {
      const seconds = (performance.now() - began) / 1000;
      if (!this.canvas.isConnected || seconds > LONGEST) this.recorder.stop();
      else this.on.changed(seconds);
    }, 500);
    this.on.changed(0);
  }
}
