// A lesson without a server: the strip of the app above, and under it the app's stage with a recorded training. This
// does what Streamlit does in the app: it puts the stage of a step's family on the page.

import { h } from "../core/dom.js";
import { addStage, removeStage } from "../core/event_bus.js";
import { react, purge } from "../draw/line_chart.js";
import { Strip } from "../lesson/strip.js";
import { Stage } from "../stage/stage.js";
import { canUnpack, recording } from "./files.js";
import { recordedSource } from "./recorded.js";

export class LessonPage {
  /** `parent`: where it stands. `data`: {name, lang, lesson, home, recordings}, as site/lessons.py writes them;
   * `words`: {lesson, stage, site, terms} in the page's language (site/words.py). */
  constructor(parent, data, words) {
    this.data = data;
    this.words = words;
    this.source = recordedSource(data.recordings, (name) => recording(name, data.lang), words.site);
    this.unpackFirst();
    this.place = h("div", { class: "pg-site-stage" });
    this.strip = new Strip(parent, { ...data, strings: words.lesson });
    parent.append(this.place);
    if (!canUnpack()) parent.append(h("p", { role: "alert" }, words.site.old_browser));
    const { root } = this.strip;
    const leave = () => this.place.style.setProperty("--pg-site-lesson", `${root.offsetHeight}px`); // to the picture
    new ResizeObserver(leave).observe(root);
    addEventListener("hashchange", () => this.follow());
    this.open(this.asked());
  }

  /** Begin with what takes longest: the recording is unpacked while the page is built. */
  unpackFirst() {
    const { recording: name } = this.data.lesson.steps[this.asked()];
    if (name && canUnpack()) recording(name, this.data.lang).catch(() => {}); // who looks at it says what is missing
  }

  /** The step that the address asks for: #3 is the third. */
  asked() {
    const number = Number(location.hash.slice(1)) || 1;
    return Math.max(0, Math.min(this.data.lesson.steps.length - 1, Math.round(number) - 1));
  }

  follow() {
    if (this.asked() !== this.strip.at) this.strip.go(this.asked());
  }

  /** Step `at`: its stage, if there is a recording for it, and its words. */
  open(at) {
    const { steps } = this.data.lesson;
    const step = steps[at];
    const [page, moves] = [step.page, this.strip.moves ?? 0];
    this.put(step);
    this.strip.update({ data: { page, at, moves }, setTriggerValue: (name, value) => this.answer(name, value) });
    if (this.asked() !== at) history.replaceState(null, "", `#${at + 1}`);
    for (const link of document.querySelectorAll(".pg-site-head nav a")) link.hash = `#${at + 1}`; // the same step there
    document.title = `${steps[at].title} · ${this.data.lesson.title}`;
  }

  /** What the strip asks Streamlit for in the app. */
  answer(name, value) {
    if (name === "at") this.open(value);
    else if (name === "leave") location.href = this.data.home;
  }

  put(step) {
    const wanted = step.recording && canUnpack() ? step.page : null;
    if (this.stage && this.stage.family !== wanted) {
      removeStage(this.stage);
      this.stage.destroy();
      this.stage = null;
    }
    this.place.hidden = !wanted;
    if (!wanted) return;
    const { lang } = this.data;
    const { stage: strings, terms } = this.words;
    const { config, link } = step;
    const rest = { run: null, autoplay: false, pin: null, own: null, said: null, choices: [] };
    const data = { ...rest, family: step.page, config, link, lang, strings, terms };
    const drawing = { source: this.source, plotter: { react, purge }, built: true };
    if (!this.stage) this.stage = new Stage(this.place, data, drawing);
    this.stage.update({ data, setTriggerValue: () => {} });
    addStage(this.stage);
  }
}
