// The speeds that the slider offers.

export const SPEEDS = [0, 1, 3, 10, 30, 100, 300, null]; // steps per second; 0: slow motion, null: no limit

/** The slider's position that comes nearest to a speed other than slow motion. */
export function speedIndex(speed) {
  if (speed === null) return SPEEDS.length - 1;
  const distance = (i) => Math.abs(Math.log(SPEEDS[i] / speed));
  return [1, 2, 3, 4, 5, 6].reduce((best, i) => (distance(i) < distance(best) ? i : best));
}
