"""The form for own features on a page: a file is told by what is in it, refused in a sentence, or trained on."""

import io

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.core.config import parse
from playground.data.stream_settings import StreamConfig
from playground.data.streams import own
from playground.ui import own_data

X = np.random.default_rng(0).normal(size=(600, 4)).astype(np.float32)
Y = np.arange(600) // 20 % 3


@pytest.fixture(autouse=True)
def runs(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_RUNS", str(tmp_path))


def script():
    """A page of streams, without a stage: its pencil is a button."""
    import streamlit as st

    from playground.core.i18n import translator
    from playground.data.stream_settings import StreamConfig
    from playground.ui import own_data
    from playground.ui.controls import controls, settings
    from playground.ui.lesson import valid_config

    translate = translator("en")
    config = valid_config(StreamConfig, "act", settings(StreamConfig, "act"), translate)
    st.button("pencil", key="pencil", on_click=own_data.pick_data, args=(StreamConfig, "act", "own_streams"))
    own_data.offer(StreamConfig, "act", config, translate)
    controls(StreamConfig, "act", translate)
    st.session_state["config"] = config.model_dump()


def npz(**arrays) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def uploaded(raw: bytes) -> AppTest:
    """The page after its pencil was clicked and a file was chosen in the dialog."""
    at = AppTest.from_function(script, default_timeout=20).run()
    at.button(key="pencil").click().run()
    at.file_uploader[0].upload("mine.npz", raw, "application/zip")
    at.button(key="pencil").click().run()
    assert not at.exception
    return at


def test_a_file_is_told_by_what_is_in_it_and_trained_on():
    at = uploaded(npz(features=X, labels=Y, class_names=["rest", "open", "pour"]))
    (said,) = [block.value for block in at.markdown if "frames of" in block.value]
    assert said == (
        "600 frames of 4 features, 3 classes: rest, open, pour. Background: 33 percent. 120 frames are held out for "
        "the test."
    )
    next(one for one in at.button if one.label == "Train on it").click().run()
    assert not at.exception
    config = parse(StreamConfig, at.session_state["config"])
    assert config.data == "own_streams" and np.array_equal(config.streams.recorded("train")[0][0], X[:420])
    assert any(block.value.startswith("Own features: 600 frames of 4 features") for block in at.caption)


def test_what_is_refused_is_one_sentence():
    at = uploaded(npz(features=X, labels=Y[:-1]))
    assert "600 frames of features but 599 labels" in at.error[0].value
    assert at.session_state["config"]["data"] == "stick"
    assert not [one for one in at.button if one.label == "Train on it"]


def test_features_that_are_gone_are_one_sentence(tmp_path):
    np.savez(tmp_path / "mine.npz", features=X, labels=Y)
    config = StreamConfig(data="own_streams", own_streams=f"npz:{tmp_path / 'mine.npz'}")
    explain = own_data.FORMS["own_streams"].explain
    assert "600 frames" in explain(config, str)
    (tmp_path / "mine.npz").unlink()
    own.read.cache_clear()
    assert "cannot be read" in explain(config, str)
    assert "30,000 frames" in explain(StreamConfig(data="own_streams"), str)


def test_the_pencil_has_their_size_and_sign():
    shown = own_data.pencil(["stick", "own_streams"], StreamConfig(data="own_streams").model_dump(), str)
    assert shown is not None and shown["title"] == "Upload own features"
    assert shown["size"] == "30,000 frames" and len(shown["picture"]) > 100
