// How Streamlit mounts a component: it calls `mount` again and again with new data, and at times out of order.

import { stylesLoaded } from "./styles.js";

const newest = new WeakMap(); // element -> the newest call for it
const mounted = new WeakMap(); // element -> the instance that stands in it

/**
 * Make or update the instance in `component.parentElement`; resolves to a function that unmounts it.
 * `kind`: {create(element, data), accepts(instance, data), update(instance, component), remove(instance)};
 * an instance that does not accept the new data is replaced.
 */
export async function mountComponent(component, { create, accepts, update, remove }) {
  const { parentElement } = component;
  newest.set(parentElement, component);
  await stylesLoaded();
  const latest = newest.get(parentElement); // another call may have come meanwhile
  let instance = mounted.get(parentElement);
  if (instance && !accepts(instance, latest.data)) {
    remove(instance);
    instance = null;
  }
  instance ??= create(parentElement, latest.data);
  mounted.set(parentElement, instance);
  update(instance, latest);
  return () =>
    setTimeout(() => {
      // Streamlit also calls this when a newer call overtook an older one: only what left the page is removed
      if (parentElement.isConnected) return;
      if (mounted.has(parentElement)) remove(mounted.get(parentElement));
      mounted.delete(parentElement);
    });
}
