// A recording of the stage as it is seen, made by the browser: MP4 if it can, else WebM.

const KINDS = ["video/mp4;codecs=avc1.42E01E", "video/mp4", "video/webm;codecs=vp9", "video/webm"];
const FRAME_RATE = 30; // per second at most
const BIT_RATE = 5_000_000; // per second
const LONGEST = 180; // s: all of it is kept in memory
const PART = 1000; // ms of film in each part
const CLOCK = 500; // ms

/** The kind of film that this browser can record; undefined: none. */
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
    const stream = this.canvas.captureStream(FRAME_RATE);
    const parts = [];
    this.recorder = new MediaRecorder(stream, { mimeType: this.kind, videoBitsPerSecond: BIT_RATE });
    this.recorder.ondataavailable = ({ data }) => data.size && parts.push(data);
    this.recorder.onstop = () => {
      clearInterval(this.clock);
      stream.getTracks().forEach((track) => track.stop());
      const plain = this.kind.split(";")[0];
      this.on.done(new Blob(parts, { type: plain }), plain.split("/")[1]);
      this.on.changed(0);
    };
    this.recorder.start(PART);
    const began = performance.now();
    this.clock = setInterval(() => {
      const seconds = (performance.now() - began) / 1000;
      if (!this.canvas.isConnected || seconds > LONGEST) this.recorder.stop();
      else this.on.changed(seconds);
    }, CLOCK);
    this.on.changed(0);
  }
}
