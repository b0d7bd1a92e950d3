// The menu "Export": the run as files, a recording of the stage; and weights from a file.

import { attribute, h, icon, write } from "../core/dom.js";
import { download } from "../core/files.js";
import { ownerToken } from "../core/socket.js";
import { dialog } from "./dialog.js";
import { Recorder } from "./recorder.js";
import { addressOf } from "./share_link.js";

const FILES = ["picture.png", "film.gif", "page.html", "frames.npz", "metrics.csv", "weights.safetensors", "run.zip"];
const ONLY_RUNS = ["run.zip"]; // a shipped training has no folder

export class ExportMenu {
  constructor(app) {
    this.app = app;
    const { t } = app;
    this.links = FILES.map((file) => this.link(file));
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
    const [files, actions] = [list(...this.links.map(({ link }) => link)), list(this.load, this.record)];
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
    this.app.picture.element.append(this.stop); // beside the canvas, not on it: it is not recorded
    this.recorder ??= new Recorder(this.app.picture.canvas, {
      changed: (seconds) => this.showRecording(seconds),
      done: (blob, kind) => this.save(blob, kind),
    });
    this.record.parentElement.hidden = !this.recorder.kind || this.recorder.running;
    if (!this.card.open) this.card.showModal();
  }

  /** Point the link at the file of the step shown now; of its first one while the frame of another run is still shown. */
  aim(link, file) {
    const { session, frame, theme, words, trajectory } = this.app;
    if (!session.watching) return;
    const { run, recording } = session.watching;
    const folder = run ? `runs/${run}` : `recordings/${recording}`;
    const url = new URL(`../${folder}/${file}`, import.meta.url);
    const own = frame && (frame.run ?? null) === (run ?? null);
    const query = { step: own ? frame.step : 0, theme: theme.name, lang: words.lang };
    if (own && frame.trajectory) query.moment = trajectory.moment.toFixed(3);
    if (file === "picture.png") query.link = addressOf(this.app).href; // it is written under the picture
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    link.href = url.href;
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
