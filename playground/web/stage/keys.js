// The keyboard, on the whole page unless a field has the focus; and the card that explains it.

import { h } from "../core/dom.js";
import { dialog } from "./dialog.js";

const ALONG = ["moments", "along"]; // keys that need a trajectory
const TRAINING = ["right", "left", "brackets", "fork"]; // keys that need a living model
const FIELDS =
  "input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable=true], [role=slider], [role=dialog], [role=listbox]";
const OWN = "button, input, a, select, textarea, summary, [role=tab], [role=radio], [role=checkbox]";
const KEYS = [
  "space",
  "right",
  "left",
  "brackets",
  "home_end",
  ...ALONG,
  "go",
  "fork",
  "present",
  "digits",
  "escape",
  "question",
];

export class Keys {
  constructor(app) {
    this.app = app;
    const keys = (name) =>
      app
        .t(`key_${name}`)
        .split(" ")
        .map((key) => h("kbd", {}, key));
    const rows = KEYS.map((name) => [
      h("dt", { "data-row": name }, ...keys(name)),
      h("dd", { "data-row": name }, app.t(`does_${name}`)),
    ]);
    this.card = dialog(app, app.t("keys"), "pg-keys", h("dl", {}, ...rows.flat()));
    this.listener = (event) => this.press(event);
    document.addEventListener("keydown", this.listener);
  }

  show() {
    const { session, trajectory } = this.app;
    const missing = [...(trajectory.current ? [] : ALONG), ...(session.trains ? [] : TRAINING)];
    for (const one of this.card.querySelectorAll("[data-row]")) one.hidden = missing.includes(one.dataset.row);
    if (!this.card.open) this.card.showModal();
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    const { target } = event;
    if (!(target instanceof Element) || target.closest(FIELDS) || document.querySelector("dialog[open]")) return;
    const own = target.closest(OWN);
    if (own && (event.key === " " || (!this.app.root.contains(own) && /^(Arrow|Home|End)/.test(event.key)))) return;
    const { player, timeline, legend, history, trajectory } = this.app;
    const actions = {
      " ": () => player.toggle(),
      ArrowRight: () => player.step(null),
      ArrowLeft: () => timeline.stepBack(),
      "[": () => player.setSpeed(player.index - 1),
      "]": () => player.setSpeed(player.index + 1),
      Home: () => timeline.seek(0),
      End: () => timeline.toHead(),
      Escape: () => this.leave(),
      "?": () => this.show(),
      ",": () => trajectory.step(-1),
      ".": () => trajectory.step(1),
      p: () => trajectory.toggle(1),
      b: () => trajectory.toggle(-1),
      g: () => history.moment.step.select(),
      f: () => history.moment.forkHere(),
      t: () => this.app.presentation.toggle(),
    };
    if (own?.type === "range" && /^(Arrow|Home|End)/.test(event.key)) return;
    const act = /^[1-9]$/.test(event.key) ? () => legend.flip(Number(event.key) - 1) : actions[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** Out of the innermost: the explanation, a node's picture, the presentation. */
  leave() {
    const { slowMotion, picture, presentation } = this.app;
    if (slowMotion.running) slowMotion.cancel();
    else if (!picture.focus && presentation.on) presentation.toggle(false);
    else this.app.focus(null);
  }

  destroy() {
    document.removeEventListener("keydown", this.listener);
  }
}
