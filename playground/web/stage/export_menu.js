// The menu "Export": the run as files, a link to it, a recording of the stage; and weights from a file.

import { SPEEDS } from "./speeds.js";
import { attribute, h, icon, write } from "../core/dom.js";
import { download } from "../core/files.js";
import { ownerToken } from "../core/socket.js";
import { dialog } from "./dialog.js";
import { Recorder } from "./recorder.js";

const FILES = ["picture.png", "film.gif", "page.html", "frames.npz", "metrics.csv", "weights.safetensors", "run.zip"];
const ONLY_RUNS = ["run.zip"]; // a shipped training has no folder

/** The address that opens what is on the stage: its run, step and speed, the pinned run, the layers that are on. */
function linkTo(app) {
  const { session, frame, history, player, switches } = app;
  const url = new URL(location.href);
  const wanted = {
    run: session.watching.run,
    pin: history.pin.run,
    step: frame && frame.step < session.status.head ? frame.step : null,
    speed: player.index < SPEEDS.length - 1 ? (SPEEDS[player.index] ?? null) : null,
    layers: frame?.layers
      .filter((layer) => layer.stage && switches.on(layer))
      .map((layer) => layer.name)
      .join(","),
    play: null,
  };
  for (const [name, value] of Object.entries(wanted))
    if (value === null || value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  return url;
}

export class ExportMenu {
  constructor(app) {
    this.app = app;
    const { t } = app;
    this.links = FILES.map((file) => this.link(file));
    this.copy = this.item("copy_link", () => this.copyLink());
    this.file = h("input", {
      type: "file",
      class: "pg-visually-hidden",
      accept: ".safetensors",
      onChange: () => this.loadWeights(),
    });
    attribute(this.file, "aria-label", t("load_weights"));
    this.load = h("label", { class: "pg-export-item" }, this.file, h("b", {}, t("load_weights")));
    this.load.append(h("span", {}, t("load_weights_help")));
    this.record = this.item("record", () => this.recordStage());
    this.stop = h(
      "button",
      {
        type: "button",
        class: "pg-record-stop",
        hidden: true,
        title: t("record_stop"),
        onClick: () => this.recorder.toggle(),
      },
      h("i", { "aria-hidden": "true" }),
      h("span", {}, t("record_stop")),
    );
    this.button = h(
      "button",
      { type: "button", class: "pg-button pg-quiet pg-export", title: t("export"), onClick: () => this.show() },
      icon("download"),
      h("span", { class: "pg-export-label" }, t("export")),
    );
    attribute(this.button, "aria-label", t("export"));
    attribute(this.button, "aria-haspopup", "dialog");
    const list = (...items) => h("ul", { class: "pg-export-list" }, ...items.map((one) => h("li", {}, one)));
    const [files, actions] = [list(...this.links.map(({ link }) => link)), list(this.copy, this.load, this.record)];
    this.card = dialog(app, t("export"), "pg-export-card", files, actions);
  }

  link(file) {
    const key = `export_${file.split(".")[0]}`;
    const link = h("a", { class: "pg-export-item", download: "" }, h("b", {}, this.app.t(key)));
    link.append(h("span", {}, this.app.t(`${key}_help`)));
    for (const event of ["click", "focus", "pointerenter"]) {
      link.addEventListener(event, () => this.aim(link, file)); // at the step shown then
    }
    return { file, link };
  }

  item(key, onClick) {
    const { t } = this.app;
    const content = [h("b", {}, t(key)), h("span", {}, t(`${key}_help`))];
    return h("button", { type: "button", class: "pg-export-item", onClick }, ...content);
  }

  show() {
    const { watching } = this.app.session;
    for (const { file, link } of this.links) {
      link.parentElement.hidden = !watching || (!watching.run && ONLY_RUNS.includes(file));
      this.aim(link, file);
    }
    this.copy.parentElement.hidden = !watching?.run;
    this.app.picture.element.append(this.stop); // beside the canvas, not on it: it is not recorded
    this.recorder ??= new Recorder(this.app.picture.canvas, {
      changed: (seconds) => this.showRecording(seconds),
      done: (blob, kind) => this.save(blob, kind),
    });
    this.record.parentElement.hidden = !this.recorder.kind || this.recorder.running;
    if (!this.card.open) this.card.showModal();
  }

  /** Point the link at the file of the step shown now. */
  aim(link, file) {
    const { session, frame, theme, words, trajectory } = this.app;
    if (!session.watching) return;
    const { run, recording } = session.watching;
    const folder = run ? `runs/${run}` : `recordings/${recording}`;
    const url = new URL(`../${folder}/${file}`, import.meta.url);
    const query = { step: frame?.step ?? 0, theme: theme.name, lang: words.lang };
    if (frame?.trajectory) query.moment = trajectory.moment.toFixed(3);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    link.href = url.href;
  }

  async copyLink() {
    const { app } = this;
    const url = linkTo(app);
    try {
      await navigator.clipboard.writeText(url.href);
      this.card.close();
      app.notices.toast(app.t("link_copied"));
    } catch {
      // without a secure connection there is no clipboard: show the link, to be copied by hand
      const field = h("input", {
        class: "pg-export-link",
        readonly: true,
        value: url.href,
        "aria-label": app.t("copy_link"),
      });
      this.copy.parentElement.querySelector(".pg-export-link")?.remove();
      this.copy.after(field);
      field.select();
    }
  }

  /** Send a weights file to the server, and show the run that it becomes. */
  async loadWeights() {
    const { app } = this;
    const [file] = this.file.files;
    if (!file) return;
    this.file.value = "";
    this.card.close();
    const url = new URL("../weights", import.meta.url);
    url.searchParams.set("family", app.family);
    url.searchParams.set("lang", app.words.lang);
    try {
      const headers = { "x-playground-owner": ownerToken() };
      const answer = await fetch(url, { method: "POST", body: file, headers });
      if (answer.ok) {
        const { run, step } = await answer.json();
        app.session.watch(run, false);
        app.notices.toast(app.t("weights_loaded", { step: app.words.count(step) }));
      } else app.notices.toast(await answer.text(), "warning");
    } catch {
      // the connection broke, or the server is away
      app.notices.toast(app.t("not_sent"), "warning");
    }
  }

  recordStage() {
    this.card.close();
    this.recorder.start();
    this.app.redraw();
  }

  showRecording(seconds) {
    this.stop.hidden = !this.recorder.running;
    const passed = `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
    write(this.stop.lastChild, `${this.app.t("record_stop")} ${passed}`);
  }

  save(blob, kind) {
    const { family, config } = this.app.session.watching ?? { family: this.app.family, config: {} };
    const name = [family, config.data, this.app.frame?.step ?? 0].filter((part) => part !== undefined).join("-");
    download(blob, `${name}.${kind}`);
  }
}
