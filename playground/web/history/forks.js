// The tree of the visitor's runs, like the graph of a version control system: each run is a line along the steps that
// leaves its parent where it was forked, named by the settings that differ.

import { h, iconButton, svg, write } from "../core/dom.js";
import { Steps } from "../core/steps.js";

const ROW = 48; // px: as in the styles
const OWN = 56; // pixels of a small picture of own data, twice its size on the page
const PERIOD = 400; // ms between two drawings of how far the runs have come

export class Forks {
  constructor(app) {
    this.app = app;
    this.runs = [];
    this.deleting = null; // the run whose deletion has to be confirmed
    this.graph = svg("svg", { class: "pg-forks-lines", "aria-hidden": "true" });
    this.list = h("ul", { class: "pg-forks-list" });
    this.hint = h("p", { class: "pg-small pg-forks-hint" }, app.t("forks_hint"));
    this.title = h("summary");
    this.element = h(
      "details",
      { class: "pg-forks", "aria-label": app.t("forks"), hidden: true },
      this.title,
      h("div", { class: "pg-forks-rows" }, this.graph, this.list),
      this.hint,
    );
    this.last = 0;
  }

  set(runs) {
    const forked = runs.filter((run) => run.at !== null).length;
    if (forked > (this.forked ?? forked)) this.element.open = true; // to see what was just made
    this.forked = forked;
    this.runs = ordered(runs);
    this.build();
  }

  build() {
    const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.rows = this.runs.map((run) => this.row(run));
    this.list.replaceChildren(...this.rows.map((row) => row.element));
    if (focused) this.list.querySelector(`[data-key="${focused}"]`)?.focus();
    this.element.hidden = !this.runs.length;
    write(this.title, `${this.app.t("forks")} (${this.runs.length})`);
    this.hint.hidden = this.runs.some((run) => run.at !== null);
    this.last = 0;
    this.drawn = null;
    this.update();
  }

  row(run) {
    const { t, history } = this.app;
    const pinned = history.pin.run === run.id;
    const name = run.differs.length ? run.differs.join(" · ") : t(run.at === null ? "plain_run" : "plain_fork");
    const about = h("span", { class: "pg-small" });
    const open = h(
      "button",
      {
        type: "button",
        class: "pg-fork-open",
        "data-key": `open ${run.id}`,
        "aria-current": run.current ? "true" : null,
        title: `${name}\n${new Date(run.created * 1000).toLocaleString(this.app.words.lang)}`,
        onClick: () => this.open(run),
      },
      run.own.length ? ownPicture(run.own) : null,
      h("span", { class: "pg-fork-words" }, h("span", { class: "pg-fork-name" }, name), about),
    );
    const action = (shape, label, onClick) => {
      const button = iconButton(shape, t(label), onClick, "pg-quiet");
      button.dataset.key = `${shape} ${run.id}`;
      return button;
    };
    const pin = action("pin", pinned ? "unpin" : "pin_run", () => history.pin.set(pinned ? null : run.id));
    pin.setAttribute("aria-pressed", String(pinned));
    const actions =
      this.deleting === run.id ? this.confirmation(run) : [pin, action("bin", "delete_run", () => this.confirm(run))];
    const element = h("li", { class: "pg-fork" }, open, h("span", { class: "pg-fork-actions" }, ...actions));
    return { run, element, about };
  }

  confirmation(run) {
    const { t, session, history } = this.app;
    const answer = (label, onClick) =>
      h("button", { type: "button", class: "pg-text-button", "data-key": `${label} ${run.id}`, onClick }, t(label));
    return [
      answer("really_delete", () => {
        this.deleting = null;
        if (history.pin.run === run.id) history.pin.set(null);
        session.send({ do: "forget", run: run.id });
      }),
      answer("keep_run", () => this.confirm(null)),
    ];
  }

  /** Ask whether the run is to be deleted; null: it is kept. */
  confirm(run) {
    const from = this.deleting;
    this.deleting = run?.id ?? null;
    this.build();
    this.list.querySelector(`[data-key="${run ? `keep_run ${run.id}` : `bin ${from}`}"]`)?.focus();
  }

  open(run) {
    if (run.current) return;
    this.app.player.halt();
    this.app.session.watch(run.id, false);
  }

  /** Draw how far each run has come; the run on show and the pinned one know it best. */
  update() {
    const now = performance.now();
    if (!this.rows?.length || now - this.last < PERIOD) return;
    this.last = now;
    const { t, words, history, session } = this.app;
    const far = (run) => {
      if (run.id === session.watching?.run) return session.status.head;
      return run.id === history.pin.run ? Math.max(run.step, history.pin.head) : run.step;
    };
    const end = Math.max(10, ...this.runs.map(far));
    const drawn = JSON.stringify([end, this.runs.map((run) => [run.id, run.current, far(run)]), history.pin.run]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const steps = new Steps();
    for (const { run, about } of this.rows) {
      steps.set(run.halves);
      const [from, to] = [run.at ?? 0, far(run)].map((number) => words.steps(steps.done(number)));
      const marks = [
        run.current && t("shown_now"),
        history.pin.run === run.id && t("pinned"),
        run.stopped && t("ended"),
      ];
      write(about, [t("from_to", { from, to }), ...marks.filter(Boolean)].join(" · "));
    }
    this.graph.style.height = `${ROW * this.runs.length}px`;
    this.graph.replaceChildren(...this.runs.flatMap((run, i) => this.line(run, i, far(run), end)));
  }

  line(run, i, to, end) {
    const x = (step) => `${4 + (92 * step) / end}%`;
    const y = (row) => ROW * (row + 0.5);
    const above = this.runs.findIndex((other) => other.id === run.parent);
    const kind = `${run.current ? "pg-current" : ""} ${this.app.history.pin.run === run.id ? "pg-pinned" : ""}`;
    const from = run.at ?? 0;
    return [
      above >= 0 && svg("line", { x1: x(from), x2: x(from), y1: y(above), y2: y(i), class: `pg-fork-stem ${kind}` }),
      svg("line", { x1: x(from), x2: x(to), y1: y(i), y2: y(i), class: `pg-fork-line ${kind}` }),
      svg("circle", { cx: x(from), cy: y(above >= 0 ? above : i), r: 3.5, class: `pg-fork-start ${kind}` }),
      svg("circle", { cx: x(to), cy: y(i), r: 5, class: `pg-fork-end ${kind}` }),
    ].filter(Boolean);
  }
}

/** Own data as a small picture; `xy`: places from -100 to 100 across the frame, one after the other. */
function ownPicture(xy) {
  const canvas = h("canvas", { width: OWN, height: OWN, class: "pg-fork-own", "aria-hidden": "true" });
  const ctx = canvas.getContext("2d");
  ctx.fillStyle = "#808080"; // seen on both themes
  for (let i = 0; i < xy.length; i += 2)
    ctx.fillRect((xy[i] / 200 + 0.5) * OWN - 1, (0.5 - xy[i + 1] / 200) * OWN - 1, 2, 2);
  return canvas;
}

/** Runs in the order of the tree: each after its parent, earlier forks first. */
function ordered(runs) {
  const below = (id) =>
    runs
      .filter((run) => run.parent === id)
      .sort((a, b) => (a.at ?? 0) - (b.at ?? 0) || a.created - b.created)
      .flatMap((run) => [run, ...below(run.id)]);
  return below(null);
}
