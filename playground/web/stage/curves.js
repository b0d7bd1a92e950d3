// The live curves: Plotly redraws them in place, one at a time, so seldom that the picture never stutters.

import { attribute, h, write } from "../core/dom.js";
import { CHANGED } from "../core/glossary.js";
import { chartLayout, chartTraces, lastStep, MARGIN } from "../draw/chart.js";

const FIRST = 2; // charts on show; the others are under "More"
const PERIOD = 250; // ms between two refreshes of a chart
const SHARE = 0.05; // of the browser's time, for all charts together
const LOW = 110; // px: height of a chart where the column beside it does not decide
const HIGH = 260;
const GAP = 12; // px under a chart
const MORE = 30; // px of the words that open the other charts
const RELOAD = 5000; // ms after which Plotly is asked for again
const ANNOUNCE = 5000; // ms between two changes of a chart's label

export class Curves {
  constructor(app) {
    this.app = app;
    this.series = app.series;
    this.charts = [];
    this.element = h("section", { class: "pg-curves", "aria-label": app.t("curves") });
    for (const side of ["left", "right"]) this.element.style.setProperty(`--pg-plot-${side}`, `${MARGIN[side]}px`);
    this.next = 0;
    this.cost = 20;
    this.watcher = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const chart = this.charts.find((c) => c.box === target);
        if (chart) chart.visible = isIntersecting;
      }
    });
    this.resize = new ResizeObserver(() => this.measure());
    this.resize.observe(this.element);
    this.timer = setInterval(() => this.refresh(), 60);
  }

  /** What draws: Plotly, once it is loaded, or what the page has in its place. */
  get plotter() {
    return this.app.plotter ?? globalThis.Plotly;
  }

  set(described) {
    const key = JSON.stringify(described);
    if (key === this.key) return;
    this.key = key;
    this.watcher.disconnect();
    for (const chart of this.charts) this.plotter?.purge(chart.box);
    this.charts = described.map((chart) => this.chart(chart));
    const rest = this.charts.slice(FIRST).map((chart) => chart.element);
    const more = h(
      "details",
      { class: "pg-more", onToggle: () => this.measure() },
      h("summary", {}, this.app.t("more")),
    );
    more.append(...rest);
    this.element.replaceChildren(
      ...this.charts.slice(0, FIRST).map((chart) => chart.element),
      ...(rest.length ? [more] : []),
    );
    for (const chart of this.charts) this.watcher.observe(chart.box); // and `resize` measures the new captions
    document.dispatchEvent(new Event(CHANGED));
  }

  chart(described) {
    const values = described.series.map((one) => {
      const [value, other, difference] = [h("b"), h("b"), h("b")];
      const beside = [" B ", other, " ", h("span", {}, `${this.app.t("difference")} `, difference)];
      const pinned = h("span", { class: "pg-beside", hidden: true }, h("i", { class: "pg-dash pg-dashed" }), ...beside);
      const name = h("span", { hidden: true }, "A ");
      const label = h(
        "span",
        { class: `pg-curve-value pg-is-${one.role}` },
        h("i", { class: "pg-dash" }),
        one.title,
        " ",
        name,
        value,
        pinned,
      );
      return { one, value, other, difference, pinned, name, label };
    });
    const guides = described.guides.map(([, text]) => reference("neutral", "pg-dashed", text));
    const floors = described.series.map((one) => {
      const value = h("b");
      const label = reference(one.role, "pg-dotted", this.app.t("perfect"), " ", value);
      label.hidden = true; // until there is a score to compare with
      return { one, value, label };
    });
    const box = h("div", { class: "pg-plot", role: "img", "aria-label": described.title });
    const cursor = h("i", { class: "pg-plot-cursor", hidden: true });
    const title = described.unit ? `${described.title} (${described.unit})` : described.title;
    const caption = h(
      "figcaption",
      {},
      h("span", { class: "pg-chart-title" }, title),
      ...values.map((v) => v.label),
      ...guides,
      ...floors.map((floor) => floor.label),
    );
    const element = h("figure", { class: "pg-chart" }, caption, h("div", { class: "pg-plot-frame" }, box, cursor));
    this.resize.observe(caption);
    return { described, values, floors, box, cursor, caption, element, drawn: -1, last: 0, visible: true };
  }

  /** Make the charts on show together as tall as the middle column beside them; beside the legend, low. */
  measure() {
    for (const chart of this.charts) chart.drawn = -1;
    const shown = this.charts.slice(0, this.app.presentation.on ? 1 : FIRST);
    const heads = shown.reduce((sum, chart) => sum + chart.caption.clientHeight + GAP, 0);
    const room = this.app.size === "wide" ? (this.app.main.clientHeight - heads - MORE) / shown.length : LOW;
    this.element.style.setProperty("--pg-plot", `${Math.round(Math.max(76, Math.min(HIGH, room || LOW)))}px`);
  }

  /** Load Plotly (4.8 MB), once the page is built: to read it takes a browser a second. */
  load() {
    if (this.loading || this.plotter) return;
    this.loading = h("script", { src: new URL("../plotly.min.js", import.meta.url).href, async: true });
    this.loading.addEventListener("error", () => {
      this.loading.remove();
      setTimeout(() => {
        this.loading = null;
        this.load();
      }, RELOAD);
    });
    document.head.append(this.loading);
  }

  refresh() {
    const now = performance.now();
    if (!this.app.theme || this.app.hidden || now < this.next) return;
    const state = `${this.series.revision}|${this.app.theme.id}`;
    const stale = this.charts.filter((chart) => chart.visible && now - chart.last > PERIOD && chart.drawn !== state);
    const chart = stale.sort((a, b) => a.last - b.last)[0];
    if (!chart) return;
    if (this.plotter) {
      this.plot(chart);
      chart.drawn = state;
      this.cost += 0.2 * (performance.now() - now - this.cost);
    }
    chart.last = now;
    this.next = now + this.cost / SHARE;
  }

  /** Mark the moment shown: a line in every chart, and the values there. */
  point() {
    const moment = this.app.session.status.live === false && this.app.frame ? this.app.frame.step : null;
    const state = `${this.series.revision}|${moment}`;
    if (state === this.pointed) return;
    this.pointed = state;
    for (const chart of this.charts) {
      chart.cursor.hidden = moment === null;
      const share =
        moment === null
          ? 0
          : Math.min(
              1,
              this.series.steps.done(moment) / lastStep(chart.described, this.series, this.app.history.pin.series),
            );
      chart.cursor.style.backgroundPositionX = `${100 * share}%`; // no layout, and its box stays where it is
      this.write(chart, moment);
    }
  }

  write(chart, moment) {
    const { words, history, session } = this.app;
    const { pin } = history;
    const step = moment ?? session.status.head;
    for (const { one, value, other, difference, pinned, name } of chart.values) {
      const number = this.series.at(one.metric, moment ?? Infinity);
      write(value, number === undefined ? "" : words.figure(number));
      pinned.hidden = name.hidden = !pin.run;
      if (!pin.run) continue;
      const same = pin.run === session.watching?.run;
      const there = same ? number : pin.series.at(one.metric, step); // at the same step, or where the pinned run ends
      write(other, there === undefined ? "\u2013" : words.figure(there));
      const gap = number === undefined || there === undefined || pin.head < step ? null : number - there;
      write(difference, gap === null ? "\u2013" : words.figure(gap));
    }
    for (const { one, value, label } of chart.floors) {
      const floor = this.series.scores[one.metric]?.[1];
      label.hidden = !Number.isFinite(floor);
      if (!label.hidden) write(value, this.app.words.figure(floor));
    }
    const values = chart.values.map(({ one, value }) => `${one.title} ${value.textContent}`).join(", ");
    if (performance.now() - (chart.labelled ?? -Infinity) > ANNOUNCE) {
      chart.labelled = performance.now();
      attribute(chart.box, "aria-label", `${chart.described.title}: ${values}`);
    }
  }

  plot(chart) {
    const { clientWidth: width, clientHeight: height } = chart.box;
    if (!width) return;
    const { app, series } = this;
    const traces = chartTraces(chart.described, series, app.history.pin.series, app.theme);
    const layout = chartLayout(chart.described, series, app.history.pin.series, app.theme, { width, height });
    this.plotter.react(chart.box, traces, layout, { displayModeBar: false, responsive: false, showTips: false });
  }

  destroy() {
    clearInterval(this.timer);
    this.watcher.disconnect();
    this.resize.disconnect();
    for (const chart of this.charts) this.plotter?.purge(chart.box);
  }
}

/** Words in a chart's caption for a line of reference in it. */
const reference = (role, kind, ...words) =>
  h("span", { class: `pg-curve-value pg-is-${role}` }, h("i", { class: `pg-dash ${kind}` }), ...words);
