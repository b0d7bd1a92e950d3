// Steps as people count them: one of which only a half was done, such as one player's move, counts as half.

export class Steps {
  constructor() {
    this.halves = [];
  }

  /** `halves`: numbers of the steps, from 0, of which a half was done; whether they are others than before. */
  set(halves = []) {
    if (String(halves) === String(this.halves)) return false;
    this.halves = halves;
    return true;
  }

  /** How many steps are done after the first `number` of them, halves and whole ones: 651.5. */
  done(number) {
    return number - this.halves.filter((half) => half < number).length / 2;
  }

  /** The inverse of `done`; between two steps the later one. */
  number(done) {
    let number = Math.floor(done);
    while (this.done(number) < done) number += 1;
    return number;
  }
}
