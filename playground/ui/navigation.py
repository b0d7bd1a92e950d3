"""The script that `app.py` runs for every visitor: language, pages, and what frames them all."""

import streamlit as st

from playground.core.i18n import LANGUAGES, N_, language_of, translator
from playground.core.registry import FAMILIES
from playground.core.resources import PAGES
from playground.ui import gallery, glossary, lesson_draft, lesson_player, link
from playground.ui.actions import DRAWN

STYLE = """<style>
[data-testid="stMainBlockContainer"] {padding: 3rem clamp(1rem, 2vw, 2.5rem) 1rem; max-width: 100rem}
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] {gap: .5rem}
[data-testid="stHeader"] {height: 3rem; min-height: 3rem}
.st-key-head h1 {display: inline; font-size: 1.25rem; line-height: 1.6rem; font-weight: 700; padding: 0; margin: 0}
.st-key-head p {display: inline; font-size: .875rem; color: color-mix(in srgb, currentColor 68%, transparent);
  margin: 0 0 0 .6rem}
@media (min-width: 641px) {
  .st-key-head [data-testid="stHtml"] {height: 1.6rem; overflow: hidden; white-space: nowrap; text-overflow: ellipsis}
}
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p {color: inherit}
[data-testid="stCaptionContainer"] {opacity: .78}
[data-testid="stSidebarContent"] [data-testid="stSidebarUserContent"] {padding-top: .5rem}
[data-testid="stLayoutWrapper"]:has(> .st-key-language) {position: absolute}
.st-key-language {position: fixed; top: .45rem; right: 3.4rem; width: auto; z-index: 999990}
[data-testid="stTopNav"] {max-width: calc(100% - 14rem); margin-right: auto; overflow: visible}
[data-testid="stLayoutWrapper"]:has(> [class*="st-key-card-"]) {align-self: stretch}
[class*="st-key-card-"] {position: relative; height: 100%}
[class*="st-key-open-"], [class*="st-key-open-"] * {position: static !important}
[class*="st-key-open-"] a {padding: 0; background: none}
[class*="st-key-open-"] a::after {content: ""; position: absolute; inset: 0; border-radius: .5rem}
[class*="st-key-open-"] a:is(:hover, :focus-visible)::after {outline: 2px solid currentColor}
[class*="st-key-picture-"] {overflow: hidden}
[class*="-row"] > [data-testid="stElementContainer"]:has([data-testid="stButton"]) {flex: 0 0 auto; width: auto}
[class*="-hints"] {display: block; columns: 2 22rem; column-gap: 2rem}
[class*="-hints"] > * {break-inside: avoid; padding-bottom: .75rem}
[class*="-hints"] p {margin: 0}
[class*="-hints"] > :has(+ * button) {break-after: avoid; min-height: 120px; padding-bottom: 3.25rem}
[class*="-hints"] > :has(.thumbnail) {position: relative; padding-left: 136px}
[class*="-hints"] .thumbnail {position: absolute; left: 0}
[class*="-hints"] > :has(button) {width: fit-content; margin: -3.25rem 0 1rem}
[class*="-hints"] > :has(.thumbnail) + :has(button) {margin-left: 136px}
[class*="-live-row"] label p::after {content: " · " var(--live); font-size: .75rem; opacity: .7}
[class*="-changed-"] label p::before {content: "● "}
[class*="-preset-list"] button {justify-content: flex-start; min-height: 1.9rem; padding-block: .1rem}
[class*="-preset-list"] p {text-align: left}
.st-key-stage-room {min-height: 40rem}
.katex-display {overflow-x: auto; overflow-y: hidden; padding-block: .15rem}
</style>"""
SIDEBAR = 272  # pixels: the stage beside it has room for its three parts from 1280 on


def language() -> str:
    """From the link, then from what the visitor picked, then from the browser."""
    asked = st.query_params.get("lang")
    if "lang" not in st.session_state or link.went_back():
        st.session_state["lang"] = asked if asked in LANGUAGES else language_of(st.context.locale)
    return st.session_state["lang"]


lang = language()
_ = translator(lang)
link.write("lang", {"lang": lang} if lang != language_of(st.context.locale) else {})

home = st.Page(PAGES / "home.py", title=_("Home"), icon=":material/home:", default=True)
lessons = [
    st.Page(PAGES / f"{name}.py", title=_(family.short), url_path=name)
    for name, family in FAMILIES.items()
    if (PAGES / f"{name}.py").exists()
]
arena = st.Page(PAGES / "arena.py", title=_("Arena"), url_path="arena", icon=":material/trophy:")
mmbench = st.Page(PAGES / "mmbench.py", title=_(N_("MMBench")), url_path="mmbench", icon=":material/fact_check:")
classroom = st.Page(PAGES / "classroom.py", title=_(N_("Classroom")), url_path="class", icon=":material/groups:")
# Before the navigation: without an icon of its own the browser would ask Google's servers for that of the page.
st.set_page_config(
    layout="wide", initial_sidebar_state=SIDEBAR, page_icon=gallery.distribution("moons", "light", 64, 14)
)
page = st.navigation([home, *lessons, arena, mmbench, classroom], position="top")
if st.session_state.get("page") != page.url_path:  # the widgets of the page before are gone, and their state
    st.session_state["page"] = page.url_path
    st.session_state.pop(DRAWN, None)
whole = _("Playground of generative models")
st.set_page_config(page_title=whole if page is home else f"{page.title} · {whole}")
live = _(N_("live"))
with st.container(key="language"):
    st.html(STYLE.replace("<style>", f'<style>:root {{--live: "{live}"}}\n'))
    st.segmented_control(
        _("Language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key="lang",
        required=True,
        label_visibility="collapsed",
    )
name = page.url_path or "home"
lesson_player.strip(name, lang)
if lesson_draft.draft() is not None:
    lesson_draft.maker(name, lang, _)
page.run()
if lesson_draft.draft() is None:
    lesson_draft.maker(name, lang, _)
if page in (home, arena, mmbench, classroom):
    glossary.explain(lang, _)
