// Texts and numbers in the visitor's language.

export class Words {
  constructor(strings, lang) {
    this.strings = strings;
    this.lang = lang;
  }

  /** The text named `key`, its {placeholders} filled in; `{n:point|points}` is a number with its noun ("1 point"), as
   * `fill` of core/i18n.py has it. */
  t(key, values = {}) {
    return this.strings[key].replace(/\{(\w+)(?::([^{}|]*)\|([^{}]*))?\}/g, (_, name, one, many) => {
      const value = values[name] ?? "";
      return many === undefined ? value : `${value} ${String(value) === "1" ? one : many}`;
    });
  }

  /** A whole number, its thousands separated. */
  count(number) {
    return Math.round(number).toLocaleString(this.lang);
  }

  /** A number of steps, of which one may be a half: 651½. */
  steps(number) {
    const whole = Math.floor(number);
    return `${whole || number === whole ? this.count(whole) : ""}${number > whole ? "\u00bd" : ""}`;
  }

  decimal(number, digits) {
    return minus(
      rounded(number, digits).toLocaleString(this.lang, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
    );
  }

  /** Three significant figures; below 0.0001 two and a power of ten. */
  figure(number) {
    if (number && Math.abs(number) < 1e-4) return minus(number.toExponential(1));
    return minus(Number(number.toPrecision(3)).toLocaleString(this.lang, { maximumFractionDigits: 6 }));
  }
}

/** Rounded, and without the sign of a zero. */
const rounded = (number, digits) => Math.round(number * 10 ** digits) / 10 ** digits + 0;

const minus = (text) => text.replace("-", "\u2212");
