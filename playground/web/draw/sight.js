// Which pictures can be seen: one that is scrolled away, folded or in a closed tab is not drawn.

const outside = new WeakSet();
const callbacks = new WeakMap(); // element -> what is called when it comes into sight
let observer = null;

/** Watch `element`; `appears()` is called whenever it comes into sight. */
export function watch(element, appears) {
  observer ??= new IntersectionObserver(observe);
  callbacks.set(element, appears);
  observer.observe(element);
}

export function unwatch(element) {
  observer?.unobserve(element);
  callbacks.delete(element);
}

/** Whether it is in sight; true until the browser has said. */
export const inSight = (element) => !outside.has(element);

function observe(entries) {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) outside.add(target);
    else if (outside.delete(target)) callbacks.get(target)?.();
  }
}
