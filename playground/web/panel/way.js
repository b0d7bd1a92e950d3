// The trajectory of an answer: one slider for all its scenes, the same that the stage has.

import { Trajectory } from "../draw/trajectory.js";

/** `redraw` is called when another moment is to be seen. */
export function wayOf({ words, still }, redraw) {
  const nobody = { stand() {} }; // there is no diagram whose nodes could be marked
  return new Trajectory({ frame: null, t: words.t.bind(words), words, still, redraw, diagram: nobody, seen: {} });
}
