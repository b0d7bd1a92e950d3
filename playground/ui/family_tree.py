"""The family tree: how the families of generative models relate, and what each of them gives (their `about.py`)."""

import html
from collections.abc import Callable

import streamlit as st

from playground.core.about import BRANCHES, Leaf
from playground.core.i18n import N_, Translate
from playground.core.registry import FAMILIES, Family

STYLE = """<style>
.pg-tree {--line: color-mix(in srgb, currentColor 28%, transparent); font-size: .84rem; line-height: 1.35}
.pg-tree > p {display: table; margin: 0 auto; padding: .3rem 1rem; border: 1px solid var(--line); border-radius: 2rem;
  font-weight: 600}
.pg-tree > p::after {content: ""; position: absolute; left: 50%; height: 1rem; border-left: 1px solid var(--line);
  margin-top: .35rem}
.pg-tree ul {list-style: none; margin: 0; padding: 0}
.pg-tree > ul {display: grid; grid-template-columns: 1fr 2.3fr 2fr; gap: 0 1.2rem; margin-top: 1rem; padding-top: 1rem;
  position: relative}
.pg-tree > ul::before {content: ""; position: absolute; top: 0; left: 10%; right: 20%;
  border-top: 1px solid var(--line)}
.pg-tree > ul > li {position: relative; margin: 0}
.pg-tree > ul > li::before {content: ""; position: absolute; top: -1rem; left: 50%; height: 1rem;
  border-left: 1px solid var(--line)}
.pg-tree > ul > li > b {display: block; text-align: center; padding: .3rem .4rem}
.pg-tree > ul > li > ul {display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: .8rem; position: relative;
  padding-top: .8rem; border-top: 1px solid var(--line)}
.pg-tree a {display: block; height: 100%; padding: .7rem .8rem; border: 1px solid var(--line); border-radius: .5rem;
  color: inherit; text-decoration: none}
.pg-tree a:hover, .pg-tree a:focus-visible {outline: 2px solid currentColor}
.pg-tree a img {float: right; width: 3.6rem; margin: 0 0 .2rem .4rem; border-radius: .35rem}
.pg-tree dl {display: grid; grid-template-columns: auto 1fr; gap: 0 .6rem; margin: .5rem 0 0; font-size: .8rem;
  clear: both; padding: 0}
.pg-tree dt {opacity: .72; font-weight: 400; margin: 0; padding: 0}
.pg-tree dd {margin: 0; padding: 0}
@media (max-width: 1000px) {
  .pg-tree > ul, .pg-tree > ul > li > ul {grid-template-columns: 1fr; grid-auto-flow: row; gap: .8rem}
  .pg-tree > ul::before, .pg-tree > ul > li::before {display: none}
  .pg-tree > ul > li > b {text-align: left; min-height: 0}
  .pg-tree > ul > li > ul {border-top: 0; border-left: 1px solid var(--line); padding: 0 0 0 .9rem}
}
</style>"""


def family_tree(translate: Translate, lang: str, picture: Callable[[str], str | None]) -> None:
    """Draw it. `picture`: a family's small picture as an address (data:...), or None."""
    branches = "".join(_branch(name, title, translate, lang, picture) for name, title in BRANCHES.items())
    question = _escaped(translate, N_("How does the model learn?"))
    st.html(f'{STYLE}<div class="pg-tree"><p>{question}</p><ul>{branches}</ul></div>')


def _branch(branch: str, title: str, translate: Translate, lang: str, picture: Callable[[str], str | None]) -> str:
    members = [(family, leaf) for family in FAMILIES.values() if (leaf := family.about.leaf) and leaf.branch == branch]
    members.sort(key=lambda member: member[1].place)
    items = "".join(
        f"<li>{_leaf(family, leaf, translate, lang, picture(family.name))}</li>" for family, leaf in members
    )
    return f"<li><b>{_escaped(translate, title)}</b><ul>{items}</ul></li>" if items else ""


def _leaf(family: Family, leaf: Leaf, translate: Translate, lang: str, picture: str | None) -> str:
    image = f'<img alt="" src="{picture}">' if picture else ""
    facts = ((N_("Sampling"), leaf.sampling), (N_("Density"), leaf.density), (N_("Latent code"), leaf.code))
    rows = "".join(f"<dt>{_escaped(translate, name)}</dt><dd>{_escaped(translate, what)}</dd>" for name, what in facts)
    return (
        f'<a href="{family.name}?lang={lang}" target="_self">{image}<b>{_escaped(translate, family.title)}</b><br>'
        f"{_escaped(translate, leaf.how)}<dl>{rows}</dl></a>"
    )


def _escaped(translate: Translate, text: str) -> str:
    return html.escape(translate(text))
