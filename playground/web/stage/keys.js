// The keyboard, wherever the focus is inside the component; and the card that explains it.

import { h, pictureButton } from "../core/dom.js";

const ALONG = ["moments", "along"]; // only where there is a trajectory

export class Keys {
  constructor(app) {
    this.app = app;
    const names = ["space", "right", "brackets", "home_end", ...ALONG, "go", "fork", "digits", "escape", "question"];
    const rows = names.map((name) => [
      h(
        "dt",
        { "data-row": name },
        ...app
          .t(`key_${name}`)
          .split(" ")
          .map((key) => h("kbd", {}, key)),
      ),
      h("dd", { "data-row": name }, app.t(`does_${name}`)),
    ]);
    this.card = h(
      "dialog",
      { class: "pg-keys", "aria-label": app.t("keys") },
      h(
        "header",
        {},
        h("h3", {}, app.t("keys")),
        pictureButton("close", app.t("close"), () => this.card.close(), "pg-quiet"),
      ),
      h("dl", {}, ...rows.flat()),
    );
    this.card.addEventListener("click", (event) => {
      if (event.target === this.card) this.card.close();
    });
    this.card.addEventListener("keydown", (event) => event.stopPropagation());
    this.listen = (event) => this.press(event);
  }

  show() {
    for (const one of this.card.querySelectorAll("[data-row]"))
      one.hidden = ALONG.includes(one.dataset.row) && !this.app.trajectory.way;
    if (!this.card.open) this.card.showModal();
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const own = event.target.closest("button, input, a, select, textarea");
    if (event.key === " " && own) return; // the space bar belongs to the button that has the focus
    const { player, timeline, legend, machine, trajectory } = this.app;
    const moves = {
      " ": () => player.toggle(),
      ArrowRight: () => player.step(null),
      "[": () => player.setSpeed(player.index - 1),
      "]": () => player.setSpeed(player.index + 1),
      Home: () => timeline.want(0),
      End: () => timeline.toHead(),
      Escape: () => (this.app.story.telling ? this.app.story.cancel() : this.app.focus(null)),
      "?": () => this.show(),
      ",": () => trajectory.step(-1),
      ".": () => trajectory.step(1),
      p: () => trajectory.toggle(1),
      b: () => trajectory.toggle(-1),
      g: () => machine.moment.step.select(),
      f: () => machine.moment.branch(),
    };
    if (own?.type === "range" && /^(Arrow|Home|End)/.test(event.key)) return;
    const act = /^[1-9]$/.test(event.key) ? () => legend.flip(Number(event.key) - 1) : moves[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}
