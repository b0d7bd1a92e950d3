"""Own text on a page: pasted or uploaded, refused in a sentence, named by its size, and short in every message."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.core.config import parse, specs
from playground.core.errors import UserError
from playground.data.in_words import own_picture
from playground.data.settings import DATA, USER_MADE
from playground.data.token_settings import TokenConfig
from playground.data.tokens.text import own_text, shipped
from playground.data.tokens.text_codec import MAX_BYTES, encode
from playground.engine.text_store import MAX_IN_LINK, expanded, shortened
from playground.live.commands import LONGEST_MESSAGE
from playground.ui import link, own_data

PASTED = "The quick brown fox jumps over the lazy dog, once more.\n" * 30
LONG = "".join(map(chr, np.random.default_rng(0).integers(0x4E00, 0x9F00, MAX_BYTES // 3)))
"""As long as a text may be, and no compression makes it smaller."""


@pytest.fixture(autouse=True)
def runs(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_RUNS", str(tmp_path))


def script():
    """A page of texts, without a stage: its pencil is a button, and the address follows the settings."""
    import streamlit as st

    from playground.core.i18n import translator
    from playground.data.token_settings import TokenConfig
    from playground.ui import link, own_data
    from playground.ui.controls import controls, settings
    from playground.ui.lesson import valid_config

    translate = translator("en")
    values = settings(TokenConfig, "seq")
    config = valid_config(TokenConfig, "seq", values, translate)
    st.button("pencil", key="pencil", on_click=own_data.pick_data, args=(TokenConfig, "seq", "own_text"))
    own_data.offer(TokenConfig, "seq", config, translate)
    controls(TokenConfig, "seq", translate)
    st.session_state["config"] = config.model_dump()
    link.write("seq.", link.parameters("seq", TokenConfig, values))


def opened(**address: str) -> AppTest:
    at = AppTest.from_function(script, default_timeout=20)
    for name, value in address.items():
        at.query_params[f"seq.{name}"] = value
    at.run()
    assert not at.exception
    return at


def address_of(at: AppTest) -> dict[str, str]:
    return {key: value if isinstance(value, str) else value[0] for key, value in at.query_params.items()}


def pencil(at: AppTest) -> AppTest:
    return at.button(key="pencil").click().run()


def button(at: AppTest):
    return next(one for one in at.button if one.label == "Train on it")


def typed(at: AppTest, text: str) -> AppTest:
    pencil(at)
    at.text_area[0].set_value(text)
    button(at).click().run()
    assert not at.exception
    return at


def refused(at: AppTest, text: str) -> AppTest:
    """The dialog after that. It is a fragment, which the test's runs of the whole script close: it is opened again."""
    return pencil(typed(at, text))


def test_pasted_text_is_chosen_and_named_by_its_size():
    at = typed(opened(), PASTED)
    config = parse(TokenConfig, at.session_state["config"])
    assert config.data == "own_text" and own_text(config.own_text) == PASTED.strip()
    assert any("Own text: 1,679 characters, 31 different." in one.value for one in at.caption)
    assert "Own text" in at.session_state["seq said"]["text"]
    assert not at.text_area  # the dialog is closed
    assert pencil(at).text_area[0].value == PASTED.strip()  # to be changed


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "empty"),
        ("Too little.", "minimum is 1280"),
        ("A little more of it. " * 30, "minimum is 1280"),
        (PASTED + "\0", "characters that cannot be shown"),
        ("word " * (MAX_BYTES // 5 + 1), "too large"),
    ],
)
def test_what_is_refused_is_one_sentence_and_stays_in_the_area(text, words):
    at = refused(opened(), text)
    (error,) = at.error
    assert words in error.value
    assert at.session_state["config"]["data"] == "copy" and not at.query_params
    assert at.text_area[0].value == text
    at.text_area[0].set_value(PASTED)
    button(at).click().run()
    assert at.session_state["config"]["data"] == "own_text"


def test_a_window_that_the_text_does_not_fill_is_refused_with_its_length():
    at = refused(opened(data="alice", window="512"), PASTED)
    assert "1679 characters, the minimum is 10240" in at.error[0].value
    assert any("windows of 512 characters a text needs at least 10,240" in one.value for one in at.caption)


def test_the_address_keeps_a_text_and_is_short():
    for text in (PASTED, shipped("four_books")):
        at = typed(opened(), text)
        address = address_of(at)
        assert sum(map(len, address.values())) < MAX_IN_LINK + 100
        again = opened(**{key.removeprefix("seq."): value for key, value in address.items()})
        assert again.session_state["config"] == at.session_state["config"]
        assert pencil(again).text_area[0].value == text.strip()


def test_a_text_that_is_gone_is_one_sentence():
    at = opened(data="own_text", own_text="@" + "0" * 32)
    assert "does not have the data of this link" in at.warning[0].value
    assert at.session_state["config"]["data"] == "own_text"  # the example stands in


# ---- every message with settings is short ---------------------------------------------------------


def test_settings_travel_short_and_come_back_whole():
    config = parse(TokenConfig, {"data": "own_text", "own_text": encode(LONG)})
    assert len(config.own_text) > 900_000
    sent = shortened(TokenConfig, config.model_dump())
    assert len(json.dumps(sent)) < 1000 < LONGEST_MESSAGE
    assert parse(TokenConfig, expanded(TokenConfig, sent)) == config
    assert sum(map(len, link.parameters("seq", TokenConfig, config.model_dump()).values())) < 100
    brief = {"data": "own_text", "own_text": encode(PASTED)}
    assert shortened(TokenConfig, brief) == brief == expanded(TokenConfig, brief)
    with pytest.raises(UserError, match="does not have the data"):
        expanded(TokenConfig, {"own_text": "@" + "f" * 32})


def test_every_kind_of_own_data_has_its_form_and_its_setting():
    assert own_data.FORMS.keys() == USER_MADE.keys()
    assert [DATA[name].domain for name in USER_MADE] == ["plane", "tokens", "streams"]
    texts = {spec.name for spec in specs(TokenConfig) if spec.kind == "text"}
    assert USER_MADE["own_text"] in texts


def test_the_pencil_makes_what_the_family_takes():
    config = TokenConfig(data="own_text", own_text=encode(PASTED)).model_dump()
    shown = own_data.pencil(["copy", "own_text"], config, str)
    assert shown is not None and shown["name"] == shown["setting"] == "own_text"
    assert shown["title"] == "Paste or upload own text" and shown["size"] == "1,679 characters"
    assert len(shown["picture"]) > 100 and np.abs(shown["picture"]).max() <= 100
    other = own_data.pencil(["copy", "own_text"], TokenConfig().model_dump(), str)
    assert other is not None and other["size"] == "" and other["picture"] == []
    assert own_data.pencil(["copy"], TokenConfig().model_dump(), str) is None
    points = own_data.pencil(["moons", "own"], {"data": "moons", "own": ""}, str)
    assert points is not None and points["title"] == "Draw or upload own data"
    assert own_picture(TokenConfig().model_dump()) == []
