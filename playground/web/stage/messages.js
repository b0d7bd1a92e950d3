// What the stage does with each of the server's messages.

import { publish } from "../core/event_bus.js";

/** For the `Session` of `stage`: what happens there -> what is done. */
export const handlersOf = (stage) => ({
  watching: ({ parts, charts, recording, mine }, other) => {
    stage.notices.offer(null);
    stage.controls.setParts(parts);
    stage.curves.set(charts);
    if (other && !stage.player.stepping) stage.player.halt();
    if (other && mine && !recording) stage.player.sendSpeed();
  },
  diagram: (message) => {
    stage.slowMotion.beats = message.beats;
    stage.diagram.set(message);
    stage.walk.set(message.probe);
  },
  curves: ({ points, reset }) => {
    if (reset) stage.series.clear();
    stage.series.add(points);
  },
  tree: (message) => stage.history.set(message),
  follow: (settings) => stage.propose(settings),
  diagnosis: ({ findings }) => stage.diagnosis.show(findings),
  answer: (message) => stage.walk.receive(message),
  panel: (answer) => publish(stage, answer),
  panel_refused: (message) => publish(stage, message),
  truth: (message) => publish(stage, message),
  note: ({ text, level }) => stage.notices.toast(text, level),
  refused: ({ text, about, settings }) => {
    if (about === "truth") {
      publish(stage, { is: "truth_refused", text });
      return;
    }
    if (settings && Object.keys(settings).length) stage.notices.offer(text, settings);
    else stage.notices.toast(text, "warning");
    if (about !== "seek") stage.player.halt();
    else stage.timeline.answered();
  },
  gone: () => stage.notices.tell("gone"),
  frame: (frame) => receive(stage, frame),
  lost: () => stage.player.halt(),
  changed: () => stage.changed(),
});

/** A frame came; whether it is drawn now. */
function receive(stage, frame) {
  stage.seen.frames += 1;
  stage.timeline.answered();
  const begins = frame.run !== stage.frame?.run && frame.step === 0;
  if (!begins && stage.slowMotion.hold(frame)) return false;
  return stage.loop.bring(frame);
}
