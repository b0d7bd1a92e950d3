// While a lesson is being made: a line on top of every page that adds what is on the screen as its next step.

import { h, iconButton, write } from "../core/dom.js";
import { stageOf } from "../core/event_bus.js";
import { mountComponent } from "../core/mounting.js";
import { updateTheme } from "../core/palette.js";
import { Words } from "../core/words.js";
import { dialsOf } from "../panel/panel.js";
import { addressOf } from "../stage/share_link.js";

const KEY = "playground.draft"; // where the browser keeps the lesson: a reload must not lose it
const ENDING = ".lesson.json";
const LARGEST = 400_000; // bytes
const NOT_A_STEP = ["lesson", "at", "room", "lang", "code", "open", "make", "view", "run"];

export const mount = (component) =>
  mountComponent(component, {
    create: (parent, data) => new Maker(parent, data),
    accepts: (maker, { lang }) => maker.words.lang === lang,
    update: (maker, newest) => maker.update(newest),
    remove: (maker) => maker.destroy(),
  });

class Maker {
  constructor(parent, data) {
    this.words = new Words(data.strings, data.lang);
    const t = this.words.t.bind(this.words);
    this.title = h("span", { class: "pg-lesson-name" });
    this.count = h("span", { class: "pg-small" });
    this.add = h(
      "button",
      { type: "button", class: "pg-text-button pg-primary", onClick: () => this.take() },
      t("add"),
    );
    this.edit = h(
      "button",
      { type: "button", class: "pg-text-button", onClick: () => this.trigger("edit", true) },
      t("edit"),
    );
    this.drop = iconButton("close", t("drop"), () => confirm(t("drop_sure")) && this.end(), "pg-quiet");
    this.begin = h("button", { type: "button", class: "pg-text-button", onClick: () => this.take() }, t("begin"));
    this.bar = h("div", { class: "pg-maker-bar" }, this.title, this.count, this.add, this.edit, this.drop);
    this.root = h("section", { class: "pg pg-maker", "aria-label": t("making") }, this.bar, this.begin);
    parent.append(this.root);
    this.clock = setInterval(() => updateTheme(this), 500);
    updateTheme(this);
    this.t = t;
    this.over = (event) => {
      if (isFile(event)) event.preventDefault(); // else the browser would leave the page for the file
    };
    this.dropped = (event) => this.open(event);
    document.addEventListener("dragover", this.over);
    document.addEventListener("drop", this.dropped);
  }

  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    this.page = data.page;
    const before = this.draft;
    this.draft = data.draft; // {title, steps, text}, or null
    this.bar.hidden = !data.draft;
    this.begin.hidden = Boolean(data.draft) || data.page === "class";
    this.add.hidden = data.page === "class";
    if (data.draft) {
      write(this.title, data.draft.title);
      write(this.count, this.t("steps", { count: data.draft.steps }));
      keep(data.draft.text);
    } else if (before === undefined && kept()) setTriggerValue("restore", kept());
  }

  /** What is on the screen becomes a step. */
  take() {
    const stage = stageOf(this.page);
    const { searchParams } = stage ? addressOf(stage) : new URL(location.href);
    for (const name of NOT_A_STEP) searchParams.delete(name);
    this.trigger("add", { page: this.page, query: Object.fromEntries(searchParams), dials: dialsOf(this.page) });
  }

  /** A lesson's file was dropped somewhere on the page. */
  async open(event) {
    if (!isFile(event)) return;
    event.preventDefault();
    const file = [...event.dataTransfer.files].find(({ name }) => name.endsWith(ENDING));
    if (file && file.size <= LARGEST) this.trigger("file", await file.text());
  }

  end() {
    keep(null);
    this.trigger("drop", true);
  }

  destroy() {
    clearInterval(this.clock);
    document.removeEventListener("dragover", this.over);
    document.removeEventListener("drop", this.dropped);
    this.root.remove();
  }
}

/** Whether a file is dragged, and not over a place of Streamlit's that takes files itself. */
function isFile({ target, dataTransfer }) {
  return dataTransfer?.types.includes("Files") && !target.closest?.('[data-testid="stFileUploader"]');
}

function kept() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // no storage: the lesson lasts as long as the page
  }
}

function keep(text) {
  try {
    if (text) localStorage.setItem(KEY, text);
    else localStorage.removeItem(KEY);
  } catch {
    // no storage, or a drawing too large for it: the lesson lasts as long as the page
  }
}
