"""What every form for data of a visitor's own has, and what becomes of what it refuses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.core.errors import UserError
from playground.core.foreign_text import markdown
from playground.core.i18n import Translate

Use = Callable[[str], None]
"""Takes the code of data, as a callback: they are trained on."""


@dataclass(frozen=True)
class Form:
    """The dialog for one kind of data. Texts are message ids."""

    button: str
    """What the pencil on the stage does."""
    title: str
    icon: str
    show: Callable[[str, Any, Translate, Use], None]
    """Draws it for a family with a config."""
    explain: Callable[[Any, Translate], str]
    """Under the stage: what scores and floors compare with."""


def attempt(key: str, use: Use, make: Callable[[], str]) -> None:
    """From a callback: use the data of the code that `make` gives. Where they are refused, nothing changes."""
    try:
        use(make())
    except UserError as refusal:
        st.session_state[key] = refusal


def say_refusal(key: str, translate: Translate) -> None:
    """Why the last attempt came to nothing, once."""
    if refused := st.session_state.pop(key, None):
        st.error(refused.sentence(translate, markdown))
