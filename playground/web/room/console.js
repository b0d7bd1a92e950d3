// A teacher's console, and the projector's view of it: who is here, where they are, and what all of them see.

import { attribute, h, write } from "../core/dom.js";
import { download } from "../core/files.js";
import { mountComponent } from "../core/mounting.js";
import { updateTheme } from "../core/palette.js";
import { Words } from "../core/words.js";
import { forgetToken, keepToken, RoomConnection, tokenOf } from "./connection.js";
import { Picks } from "./picks.js";
import { Votes } from "./votes.js";
import { ORDER_NAMES, Wall } from "./wall.js";

const TICK = 500; // ms

export const mount = (component) =>
  mountComponent(component, {
    create: (parent, data) => new Console(parent, data),
    accepts: (console, { lang, open, code }) =>
      console.words.lang === lang && (console.code === code || (open && console.asked === open)),
    update: (console, newest) => console.update(newest),
    remove: (console) => console.destroy(),
  });

class Console {
  constructor(parent, data) {
    this.words = new Words(data.strings, data.lang);
    this.t = this.words.t.bind(this.words);
    this.code = data.code;
    this.asked = data.open;
    this.view = {};
    this.lesson = null;
    this.projector = data.projector;
    this.root = h("section", { class: "pg pg-console", "aria-label": this.t("console") });
    updateTheme(this); // before anything is drawn
    this.build();
    parent.append(this.root);
    updateTheme(this);
    window.__room = this.seen = { code: null, members: 0, pictures: 0 }; // for browser tests
    this.connection = new RoomConnection(data.lang, {
      view: (view, changed) => this.show(view, changed),
      picture: (frame) => this.bring(frame),
      told: (message) => this.told(message),
      lost: () => this.say(this.t("lost")),
    });
    const given = /[#&]key=([A-Za-z0-9_-]{16,64})/.exec(location.hash);
    if (given && data.code) {
      keepToken(data.code, given[1]);
      history.replaceState(history.state, "", location.pathname + location.search); // who looks over a shoulder reads no key
    }
    const token = data.code && tokenOf(data.code);
    if (data.open) this.connection.begin({ do: "open", lesson: data.open });
    else if (token) this.connection.begin({ do: "enter", code: data.code, token });
    else this.say(this.t("no_token"));
    this.clock = setInterval(() => updateTheme(this) && this.wall.draw(), TICK);
  }

  build() {
    const { t } = this;
    const send = (command) => () => this.connection.send(command());
    const button = (name, onClick, kind = "") =>
      h("button", { type: "button", class: `pg-text-button ${kind}`, onClick }, t(name));
    const flag = (name, command) => {
      const one = button(
        name,
        send(() => ({ do: command, on: !this.view[name] })),
      );
      return one;
    };
    this.note = h("p", { class: "pg-console-note", role: "status" });
    this.big = h("strong", { class: "pg-console-code" });
    this.address = h("span", { class: "pg-small pg-console-address" });
    this.qr = h("div", { class: "pg-console-qr" });
    this.head = h("header", { class: "pg-console-head" }, this.qr, h("div", {}, this.big, this.address, this.note));
    this.step = h("select", { "aria-label": t("step"), onChange: () => this.move(Number(this.step.value)) });
    this.back = button("back", () => this.move(this.view.at - 1));
    this.next = button("next", () => this.move(this.view.at + 1), "pg-primary");
    this.pace = button(
      "let_go",
      send(() => ({ do: "pace", pace: this.view.pace === "teacher" ? "student" : "teacher" })),
    );
    this.pause = flag("paused", "pause");
    this.anonymous = flag("anonymous", "anonymise");
    this.locked = flag("locked", "lock");
    this.votes = new Votes(this);
    this.showVotes = button(
      "votes",
      send(() => ({ do: "votes", at: this.view.at, on: !this.view.votes[this.view.at] })),
    );
    this.reveal = button(
      "reveal",
      send(() => ({ do: "reveal", at: this.view.at })),
    );
    this.sees = h("p", { class: "pg-small" });
    this.stage = h("a", { class: "pg-text-button", target: "_blank", rel: "noopener" }, t("my_stage"));
    this.student = h("a", { class: "pg-text-button", target: "_blank", rel: "noopener" }, t("as_student"));
    this.cast = button(
      "stop_broadcast",
      send(() => ({ do: "broadcast", run: null })),
    );
    this.results = button(
      "results",
      send(() => ({ do: "results" })),
    );
    this.coteacher = button(
      "coteacher",
      send(() => ({ do: "link", role: "coteacher" })),
    );
    this.beamer = button(
      "projector",
      send(() => ({ do: "link", role: "projector" })),
    );
    this.close = button("close_room", () => confirm(t("close_sure")) && this.connection.send({ do: "close" }));
    this.link = h("p", { class: "pg-small pg-console-link", role: "status" });
    this.order = h(
      "select",
      { "aria-label": t("sort"), onChange: () => this.wall.sort(this.order.value) },
      ...ORDER_NAMES.map((name) => h("option", { value: name }, t(`sort_${name}`))),
    );
    this.wall = new Wall(
      this,
      this.projector
        ? null
        : {
            pick: (index) => this.connection.send({ do: "pick", index }),
            kick: (index) => confirm(t("kick_sure")) && this.connection.send({ do: "kick", index }),
          },
    );
    this.picks = new Picks(this, (command) => this.connection.send(command));
    const group = (...children) => h("div", { class: "pg-console-group" }, ...children);
    this.commands = h(
      "div",
      { class: "pg-console-commands" },
      group(this.back, this.step, this.next, this.pace),
      group(this.pause, this.anonymous, this.locked, this.cast),
      group(this.stage, this.student, this.coteacher, this.beamer, this.results, this.close),
      this.link,
    );
    this.question = h(
      "div",
      { class: "pg-console-question" },
      this.votes.element,
      this.projector ? null : h("div", { class: "pg-console-group" }, this.showVotes, this.reveal),
      this.sees,
    );
    const sorting = h("label", { class: "pg-console-sort pg-small" }, t("sort"), this.order);
    this.root.append(
      this.head,
      ...(this.projector ? [] : [this.commands]),
      this.question,
      this.picks.element,
      sorting,
      this.wall.element,
    );
  }

  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    if (data.code) this.code = data.code;
    if (data.qr && this.qrShown !== data.qr) {
      this.qrShown = data.qr;
      this.qr.replaceChildren(h("img", { src: data.qr, alt: this.t("qr"), width: 116, height: 116 }));
    }
    this.join = data.join;
    this.page = data.page;
    this.refresh();
  }

  move(at) {
    if (at >= 0 && at < this.lesson?.steps.length) this.connection.send({ do: "move", at });
  }

  show(view) {
    this.view = view;
    this.seen.code = view.code;
    if (view.members) {
      this.wall.show(view.members);
      this.seen.members = view.members.length;
    }
    this.picks.show(view);
    this.say("");
    this.refresh();
  }

  bring(frame) {
    this.seen.pictures += 1;
    if (frame.pick !== undefined) this.picks.bring(frame);
    else this.wall.bring(frame);
  }

  refresh() {
    const { t, view, lesson } = this;
    if (!view.code || !lesson) return;
    write(this.big, view.code);
    write(this.address, this.join ?? "");
    const { at } = view;
    if (this.step.options.length !== lesson.steps.length)
      this.step.replaceChildren(...lesson.steps.map((step, i) => h("option", { value: i }, `${i + 1}. ${step.title}`)));
    this.step.value = String(at);
    this.back.disabled = at === 0;
    this.next.disabled = at === lesson.steps.length - 1;
    write(this.pace, t(view.pace === "teacher" ? "let_go" : "take_along"));
    for (const name of ["paused", "anonymous", "locked"]) {
      const button = { paused: this.pause, anonymous: this.anonymous, locked: this.locked }[name];
      attribute(button, "aria-pressed", view[name]);
      write(button, t(view[name] ? `${name}_end` : name));
    }
    const question = lesson.steps[at].question;
    const votes = view.votes[at];
    this.question.hidden = !question;
    this.votes.show(question ?? null, { votes, right: view.right[at], answered: view.answered, count: view.count });
    write(this.showVotes, t(votes ? "votes_hide" : "votes"));
    this.reveal.disabled = at in view.right;
    write(this.sees, t(at in view.right ? "sees_right" : votes ? "sees_votes" : "sees_nothing"));
    this.cast.hidden = !view.broadcast;
    if (this.page) {
      this.stage.href = `${this.page}${this.page.includes("?") ? "&" : "?"}room=${view.code}&at=${at + 1}`;
      this.student.href = `class?code=${view.code}&lang=${this.words.lang}`;
    }
  }

  told(message) {
    const { t } = this;
    const { is } = message;
    if (is === "opened") {
      this.code = message.code;
      this.trigger?.("opened", message.code);
    } else if (is === "lesson") this.lesson = message.lesson;
    else if (is === "refused") this.say(message.text);
    else if (is === "results") download(new Blob([message.text], { type: "text/csv" }), message.name);
    else if (is === "link") this.showLink(message);
    else if (is === "closed") {
      forgetToken(this.code);
      this.say(t("closed"));
      this.commands.hidden = this.question.hidden = true;
      this.wall.show([]);
      this.trigger?.("closed", true);
    }
    this.refresh();
  }

  /** A link for somebody else, to be copied: its key stands behind the #, which no server is sent. */
  showLink({ role, token }) {
    const url = new URL(
      `class?room=${this.view.code}${role === "projector" ? "&view=projector" : ""}#key=${token}`,
      document.baseURI,
    );
    write(this.link, `${this.t(`${role}_link`)} ${url.href}`);
    navigator.clipboard?.writeText(url.href).catch(() => {});
  }

  say(text) {
    write(this.note, text);
  }

  destroy() {
    clearInterval(this.clock);
    this.wall.destroy();
    this.connection.close();
    this.root.remove();
  }
}
