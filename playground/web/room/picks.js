// Snapshots that the teacher picked: put in order, and presented side by side on every screen.

import { h } from "../core/dom.js";

export class Picks {
  /** `app`: the console; `send(command)`. */
  constructor(app, send) {
    this.app = app;
    this.send = send;
    this.chosen = new Set();
    const { t } = app;
    this.list = h("ol", { class: "pg-picks-list" });
    this.present = h("button", { type: "button", class: "pg-text-button", onClick: () => this.toggle() }, t("present"));
    this.element = h(
      "section",
      { class: "pg-picks", "aria-label": t("picks"), hidden: true },
      h("h3", {}, t("picks")),
      this.list,
      this.present,
    );
  }

  show({ picks = [], presented = [] }) {
    const key = JSON.stringify([picks, presented]);
    if (key === this.key) return;
    this.key = key;
    this.picks = picks;
    this.presented = presented;
    const { t, words } = this.app;
    const action = (name, places) =>
      h(
        "button",
        {
          type: "button",
          class: "pg-link-button",
          disabled: !places,
          onClick: () => this.send({ do: "order", places }),
        },
        t(name),
      );
    this.list.replaceChildren(
      ...picks.map(({ place, name, step }) => {
        const all = picks.map((pick) => pick.place);
        const earlier = place > 0 ? swapped(all, place, place - 1) : null;
        return h(
          "li",
          {},
          h("span", {}, `${name} · ${words.count(step)}`),
          action("earlier", earlier),
          action(
            "remove",
            all.filter((other) => other !== place),
          ),
        );
      }),
    );
    this.element.hidden = !picks.length;
    this.present.textContent = t(presented.length ? "present_end" : "present");
  }

  /** Present the first of them, as many as stand side by side; or no more. */
  toggle() {
    const places = this.presented.length ? [] : this.picks.slice(0, 6).map(({ place }) => place);
    this.send({ do: "present", places });
  }

  bring() {} // the console sees them on the wall
}

function swapped(places, a, b) {
  const copy = [...places];
  [copy[a], copy[b]] = [copy[b], copy[a]];
  return copy;
}
