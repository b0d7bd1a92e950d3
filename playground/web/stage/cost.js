// What this run costs: a small panel that opens under the step count.

import { h, write } from "../core/dom.js";

const ROWS = ["rate", "step", "share", "turn", "memory"];

export class Cost {
  constructor(app) {
    this.app = app;
    this.values = Object.fromEntries(ROWS.map((name) => [name, h("dd", {})]));
    this.element = h(
      "details",
      {
        class: "pg-cost",
        hidden: true,
        onKeydown: (event) => this.press(event),
        onFocusout: (event) => this.blur(event),
      },
      h("summary", { class: "pg-small", title: app.t("cost") }, app.t("cost")),
      h(
        "dl",
        { class: "pg-cost-panel" },
        ...ROWS.flatMap((name) => [h("dt", {}, app.t(`cost_${name}`)), this.values[name]]),
      ),
    );
  }

  press(event) {
    if (event.key !== "Escape" || !this.element.open) return;
    event.stopPropagation(); // here the key closes only this panel
    this.element.open = false;
    this.element.firstChild.focus();
  }

  blur({ relatedTarget }) {
    if (relatedTarget && !this.element.contains(relatedTarget)) this.element.open = false;
  }

  update({ cost }) {
    this.element.hidden = !cost;
    if (!cost) return;
    const { words } = this.app;
    const t = this.app.t;
    const turn = cost.queue > 1 ? "cost_shared" : "cost_alone";
    write(this.values.rate, cost.rate ? words.count(cost.rate) : "\u2014");
    write(this.values.step, cost.step_us ? `${words.figure(cost.step_us / 1000)} ms` : "\u2014");
    write(
      this.values.share,
      t("cost_of", { share: words.count(100 * cost.share), active: cost.active, workers: cost.workers }),
    );
    write(this.values.turn, cost.queue ? t(turn, { queue: cost.queue, slice: cost.slice_ms }) : t("cost_rest"));
    write(this.values.memory, `${words.decimal(cost.memory_mb, 1)} MB`);
  }
}
