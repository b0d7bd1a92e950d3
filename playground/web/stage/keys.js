// The keyboard, wherever in the stage the focus is; and the card that explains it.

import { h } from "../core/dom.js";
import { dialog } from "./dialog.js";

const ALONG = ["moments", "along"]; // keys that need a trajectory
const KEYS = ["space", "right", "brackets", "home_end", ...ALONG, "go", "fork", "digits", "escape", "question"];

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
  }

  show() {
    for (const one of this.card.querySelectorAll("[data-row]"))
      one.hidden = ALONG.includes(one.dataset.row) && !this.app.trajectory.current;
    if (!this.card.open) this.card.showModal();
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const own = event.target.closest("button, input, a, select, textarea");
    if (event.key === " " && own) return; // the space bar belongs to the button that has the focus
    const { player, timeline, legend, history, trajectory } = this.app;
    const actions = {
      " ": () => player.toggle(),
      ArrowRight: () => player.step(null),
      "[": () => player.setSpeed(player.index - 1),
      "]": () => player.setSpeed(player.index + 1),
      Home: () => timeline.seek(0),
      End: () => timeline.toHead(),
      Escape: () => (this.app.slowMotion.running ? this.app.slowMotion.cancel() : this.app.focus(null)),
      "?": () => this.show(),
      ",": () => trajectory.step(-1),
      ".": () => trajectory.step(1),
      p: () => trajectory.toggle(1),
      b: () => trajectory.toggle(-1),
      g: () => history.moment.step.select(),
      f: () => history.moment.forkHere(),
    };
    if (own?.type === "range" && /^(Arrow|Home|End)/.test(event.key)) return;
    const act = /^[1-9]$/.test(event.key) ? () => legend.flip(Number(event.key) - 1) : actions[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}
