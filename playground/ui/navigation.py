"""The script that `app.py` runs for every visitor: language, pages, and what frames them all."""

from pathlib import Path

import streamlit as st

from playground.registry import FAMILIES
from playground.ui import link
from playground.ui.i18n import LANGUAGES, language_of, translator

PAGES = Path(__file__).resolve().parents[2] / "pages"


def language() -> str:
    """From the link, then from what the visitor picked, then from the browser."""
    asked = st.query_params.get("lang")
    if "lang" not in st.session_state or link.went_back():
        st.session_state["lang"] = asked if asked in LANGUAGES else language_of(st.context.locale)
    return st.session_state["lang"]


lang = language()
_ = translator(lang)
st.set_page_config(page_title=_("Playground of generative models"), page_icon=":material/scatter_plot:",
                   layout="wide")
link.write("lang", {"lang": lang} if lang != language_of(st.context.locale) else {})

home = st.Page(PAGES / "home.py", title=_("Home"), icon=":material/home:", default=True)
lessons = [st.Page(PAGES / f"{name}.py", title=_(family.title), url_path=name)
           for name, family in FAMILIES.items() if (PAGES / f"{name}.py").exists()]
page = st.navigation([home, *lessons], position="top")
page.run()

with st.sidebar:
    st.segmented_control(_("Language"), list(LANGUAGES), format_func=LANGUAGES.get, key="lang", required=True,
                         label_visibility="collapsed")
