// Terms of the field, explained wherever they stand on the page: they are underlined with dots, and a pointer that
// rests on one, or a click, opens a sentence. The page's own text is left as it is (CSS Custom Highlight API), since
// Streamlit's scripts would trip over elements of others.

import { h, write } from "./dom.js";
import { mountComponent } from "./mounting.js";

const NAME = "pg-term"; // as in the styles
const REST = 250; // ms between two looks at what is under the pointer
const CALM = 400; // ms after a change of the page before it is read again
const PLACES = '[data-testid="stMain"], [data-testid="stSidebar"], .pg-site';
const READ = ".pg-chart-title, .pg-curve-value, .pg-trajectory-figures, .pg-panel, .pg-sentence"; // of what changes often
const LEFT_OUT = "code, pre, .katex, button, input, select, [role=radio], [role=tab], canvas, script, style";
export const CHANGED = "playground-words"; // an event: words inside a component have changed

/** Where the terms stand in a text: [[start, end, number of the term], ...], the longest of overlapping ones. */
export function found(text, terms) {
  const all = terms.flatMap(({ words }, number) =>
    words.flatMap((word) => [...text.matchAll(pattern(word))].map((m) => [m.index, m.index + m[0].length, number])),
  );
  all.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  return all.filter(([start], i) => all.slice(0, i).every(([, end]) => end <= start));
}

/** A whole word; Chinese has no spaces between words. */
function pattern(word) {
  const plain = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const edge = (letter) => (/[\w]/.test(letter) ? "\\b" : "");
  return new RegExp(`${edge(word[0])}${plain}${edge(word.at(-1))}`, /^[A-Z]{2}/.test(word) ? "g" : "gi");
}

export class Glossary {
  /** `terms`: [{words, text}]. */
  constructor(lang, terms) {
    this.lang = lang;
    this.terms = terms;
    this.tip = h("div", { class: "pg pg-term-tip", role: "tooltip", hidden: true });
    document.body.append(this.tip);
    this.later = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.read(), CALM);
    };
    this.observer = new MutationObserver((changes) => {
      if (changes.some(({ target }) => !target.parentElement?.closest(".pg"))) this.later();
    });
    for (const place of document.querySelectorAll(PLACES))
      this.observer.observe(place, { childList: true, subtree: true });
    this.point = (event) => this.look(event);
    for (const kind of ["pointermove", "click"]) document.addEventListener(kind, this.point);
    document.addEventListener(CHANGED, this.later);
    document.addEventListener("scroll", (this.hide = () => this.show(null)), true);
    this.later();
  }

  read() {
    if (!globalThis.Highlight) return;
    this.at = new Map(); // text node -> where terms stand in it
    const ranges = [];
    for (const place of document.querySelectorAll(PLACES)) {
      const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        if (element.closest(LEFT_OUT) || (element.closest(".pg") && !element.closest(READ))) continue;
        const places = found(node.data, this.terms);
        if (!places.length) continue;
        this.at.set(node, places);
        for (const [start, end] of places) {
          const range = new Range();
          range.setStart(node, start);
          range.setEnd(node, end);
          ranges.push(range);
        }
      }
    }
    CSS.highlights.set(NAME, new Highlight(...ranges));
  }

  /** Explain the term under the pointer, if there is one. */
  look(event) {
    if (event.type === "pointermove" && (event.pointerType === "touch" || event.timeStamp - (this.last ?? 0) < REST))
      return;
    this.last = event.timeStamp;
    const caret = document.caretPositionFromPoint?.(event.clientX, event.clientY);
    const hit = this.at?.get(caret?.offsetNode)?.find(([start, end]) => start <= caret.offset && caret.offset <= end);
    this.show(hit ? this.terms[hit[2]] : null, event);
  }

  show(term, at) {
    this.tip.hidden = !term;
    if (!term) return;
    const page = document.querySelector(".pg[data-theme]");
    if (page) this.tip.style.cssText = page.style.cssText;
    write(this.tip, term.text);
    const { offsetWidth: width, offsetHeight: height } = this.tip;
    const top = at.clientY + 18 + height < innerHeight ? at.clientY + 18 : at.clientY - 12 - height;
    this.tip.style.left = `${Math.max(8, Math.min(innerWidth - width - 8, at.clientX - 20))}px`;
    this.tip.style.top = `${top}px`;
  }

  destroy() {
    clearTimeout(this.timer);
    this.observer.disconnect();
    for (const kind of ["pointermove", "click"]) document.removeEventListener(kind, this.point);
    document.removeEventListener(CHANGED, this.later);
    document.removeEventListener("scroll", this.hide, true);
    globalThis.CSS?.highlights?.delete(NAME);
    this.tip.remove();
  }
}

export const mount = (component) =>
  mountComponent(component, {
    create: (parent, { lang, terms }) => new Glossary(lang, terms),
    accepts: (glossary, { lang }) => glossary.lang === lang,
    update: (glossary) => glossary.later(),
    remove: (glossary) => glossary.destroy(),
  });
