// The one place where a text is read as HTML: a lesson's words, which the server has made of Markdown. It lets nothing
// through that acts (playground/classroom/markdown.py).

export function setHtml(element, html) {
  // eslint-disable-next-line no-restricted-syntax
  element.innerHTML = html;
}
