"""Components of this project: Streamlit mounts them by a short script that fetches the real one from `live/`.

Streamlit sends a component's inline script with every change of its data, so that script only fetches the rest.
"""

BOOTSTRAP = """
export default (component) => {
  const mounted = import(new URL("live/PATH", document.baseURI)).then(({ mount }) => mount(component))
  mounted.catch((error) => {
    console.error(error)
    if (component.data.strings) component.parentElement.textContent ||= component.data.strings.failed
  })
  return () => mounted.then((unmount) => unmount?.(), () => {})
}
"""


def bootstrap(path: str) -> str:
    """The script of the component whose `mount` is in this file of `web/`, such as "stage/mount.js". If it cannot be
    loaded, the data's `strings.failed` stands in its place."""
    return BOOTSTRAP.replace("PATH", path)
