// "Take it with you": what is shown as files, a link to it, a film of it; and weights brought back.

import { attribute, h, icon, pictureButton, write } from "../core/dom.js";
import { Recorder } from "./recorder.js";
import { ownerToken } from "../core/socket.js";

const FILES = ["picture.png", "film.gif", "page.html", "frames.npz", "metrics.csv", "weights.safetensors", "run.zip"];
const ONLY_RUNS = ["run.zip"]; // a shipped training has no folder

export class Menu {
  constructor(app) {
    this.app = app;
    const { t } = app;
    this.links = FILES.map((what) => {
      const key = what.split(".")[0];
      const link = h("a", { class: "pg-export-item", download: "" }, h("b", {}, t(`take_${key}`)));
      link.append(h("span", {}, t(`take_${key}_help`)));
      for (const moment of ["click", "focus", "pointerenter"]) {
        link.addEventListener(moment, () => this.aim(link, what)); // of the step shown then
      }
      return { what, link };
    });
    this.copy = this.item("copy_link", () => this.copyLink());
    this.file = h("input", {
      type: "file",
      class: "pg-visually-hidden",
      accept: ".safetensors",
      onChange: () => this.bring(),
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
      { type: "button", class: "pg-button pg-quiet pg-export", title: t("take"), onClick: () => this.show() },
      icon("take"),
      h("span", { class: "pg-export-label" }, t("take")),
    );
    attribute(this.button, "aria-label", t("take"));
    attribute(this.button, "aria-haspopup", "dialog");
    this.card = this.build();
  }

  item(key, onClick) {
    const { t } = this.app;
    const words = [h("b", {}, t(key)), h("span", {}, t(`${key}_help`))];
    return h("button", { type: "button", class: "pg-export-item", onClick }, ...words);
  }

  build() {
    const { t } = this.app;
    const list = (...items) => h("ul", { class: "pg-export-list" }, ...items.map((one) => h("li", {}, one)));
    const card = h(
      "dialog",
      { class: "pg-keys pg-export-card", "aria-label": t("take") },
      h(
        "header",
        {},
        h("h3", {}, t("take")),
        pictureButton("close", t("close"), () => card.close(), "pg-quiet"),
      ),
      list(...this.links.map(({ link }) => link)),
      list(this.copy, this.load, this.record),
    );
    card.addEventListener("click", (event) => {
      if (event.target === card) card.close();
    });
    card.addEventListener("keydown", (event) => event.stopPropagation());
    return card;
  }

  show() {
    const { opened } = this.app.session;
    for (const { what, link } of this.links) {
      link.parentElement.hidden = !opened || (!opened.run && ONLY_RUNS.includes(what));
      this.aim(link, what);
    }
    this.copy.parentElement.hidden = !opened?.run;
    this.app.picture.element.append(this.stop); // beside the canvas, not on it: it is not recorded
    this.recorder ??= new Recorder(this.app.picture.canvas, {
      changed: (seconds) => this.recording(seconds),
      done: (blob, kind) => this.save(blob, kind),
    });
    this.record.parentElement.hidden = !this.recorder.kind || this.recorder.running;
    if (!this.card.open) this.card.showModal();
  }

  /** The address of a file of what is shown now. */
  aim(link, what) {
    const { session, frame, theme, words, trajectory } = this.app;
    if (!session.opened) return;
    const { run, recording } = session.opened;
    const place = run ? `runs/${run}` : `recordings/${recording}`;
    const url = new URL(`../${place}/${what}`, import.meta.url);
    const asked = { step: frame?.step ?? 0, theme: theme.name, lang: words.lang };
    if (frame?.trajectory) asked.moment = trajectory.moment.toFixed(3);
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
    link.href = url.href;
  }

  async copyLink() {
    const { app } = this;
    const url = new URL(location.href);
    url.searchParams.set("run", app.session.opened.run);
    const pinned = app.machine.pin.run;
    if (pinned) url.searchParams.set("pin", pinned);
    else url.searchParams.delete("pin");
    try {
      await navigator.clipboard.writeText(url.href);
      this.card.close();
      app.notices.toast(app.t("link_copied"));
    } catch {
      // without a secure connection there is no clipboard: the link is shown, to be copied by hand
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

  /** A weights file goes to the server; the run it becomes is looked at. */
  async bring() {
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
        app.session.openRun(run);
        app.notices.toast(app.t("weights_loaded", { step: app.words.count(step) }));
      } else app.notices.toast(await answer.text(), "warning");
    } catch {
      // the line broke, or the server is away
      app.notices.toast(app.t("not_sent"), "warning");
    }
  }

  recordStage() {
    this.card.close();
    this.recorder.start();
    this.app.redraw();
  }

  recording(seconds) {
    this.stop.hidden = !this.recorder.running;
    const passed = `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
    write(this.stop.lastChild, `${this.app.t("record_stop")} ${passed}`);
  }

  save(blob, kind) {
    const url = URL.createObjectURL(blob);
    const { family, config } = this.app.session.opened ?? { family: this.app.family, config: {} };
    const name = [family, config.data, this.app.frame?.step ?? 0].filter((word) => word !== undefined).join("-");
    h("a", { href: url, download: `${name}.${kind}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }
}
