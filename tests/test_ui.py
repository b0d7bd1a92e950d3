"""Settings as widgets and in the address: what goes in comes out, what is wrong is answered."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest
from support.toy import DEFAULTS, Toy

from playground.core.config import specs
from playground.data import in_words
from playground.ui import actions, link, widgets


def script():
    import streamlit as st
    from support import toy

    from playground.ui.controls import controls, settings
    from playground.ui.presets import preset_popover

    before = settings(toy.Toy, "toy")
    preset_popover(toy.Toy, "toy", before, toy.PRESETS, str)
    st.session_state["out"] = controls(toy.Toy, "toy", str)
    assert before == st.session_state["out"]


def opened(everything: bool = True, **params: str) -> AppTest:
    """The widgets: all of them, or only those that are shown at first."""
    at = AppTest.from_function(script, default_timeout=20)
    at.session_state["toy all settings"] = everything
    for key, value in params.items():
        at.query_params[f"toy.{key}"] = value
    at.run()
    assert not at.exception
    return at


def popover(at: AppTest):
    """The list of presets."""
    return at.get("popover")[0].proto.popover


def address(at: AppTest) -> dict[str, str]:
    return {key: value[0] if isinstance(value, list) else value for key, value in at.query_params.items()}


def test_opens_with_the_defaults_and_an_empty_address():
    at = opened()
    assert at.session_state["out"] == DEFAULTS
    assert address(at) == {}
    assert not at.warning


def test_every_setting_has_a_widget_with_key_and_help():
    at = opened()
    drawn = [*at.selectbox, *at.select_slider, *at.slider, *at.number_input, *at.toggle]
    assert {w.key for w in drawn} == {f"toy.{name}" for name in DEFAULTS if name != "data"}  # picked on the stage
    assert all(w.help for w in drawn)


def test_few_settings_are_shown_at_first_and_the_others_keep_their_values():
    at = opened(everything=False, width="100", fancy="true")
    drawn = [*at.selectbox, *at.select_slider, *at.slider, *at.number_input, *at.toggle]
    assert {w.key for w in drawn} == {"toy.depth", "toy.lr", "toy.seed"}
    assert at.get("expander")[0].label == "All settings (2 changed)"
    at.slider(key="toy.depth").set_value(4).run()
    assert at.session_state["out"] == {**DEFAULTS, "width": 100, "fancy": True, "depth": 4}
    assert address(at) == {"toy.width": "100", "toy.fancy": "true", "toy.depth": "4"}


def marked(at) -> set[str]:
    """The settings that have a mark and a way back."""
    return {b.key.removeprefix("toy default ") for b in at.button if b.key.startswith("toy default ")}


def test_a_changed_setting_is_marked_and_goes_back_to_its_default():
    at = opened()
    assert not marked(at)
    at.slider(key="toy.depth").set_value(4).run()
    at.select_slider(key="toy.width").set_value(256).run()
    assert marked(at) == {"depth", "width"}
    at.button(key="toy default depth").click().run()
    assert at.session_state["out"] == {**DEFAULTS, "width": 256} and marked(at) == {"width"}
    at.select_slider(key="toy.lr").set_value(0.1).run()
    at.button(key="toy defaults").click().run()
    assert at.session_state["out"] == DEFAULTS and address(at) == {}


def test_the_die_draws_another_seed_and_nothing_else():
    at = opened()
    at.button(key="toy die").click().run()
    drawn = at.session_state["out"]
    assert (
        drawn["seed"] != 0
        and {**drawn, "seed": 0} == DEFAULTS
        and at.number_input(key="toy.seed").value == drawn["seed"]
    )


def test_the_preset_in_force_is_named_and_the_list_closes():
    at = opened()
    closed = at.get("popover")[0].proto.id
    assert popover(at).label == "Presets"
    at.button(key="toy preset wide").click().run()
    assert popover(at).label == "Preset: Wide" and at.get("popover")[0].proto.id != closed
    assert at.button(key="toy preset wide").proto.type == "primary"
    at.number_input(key="toy.seed").set_value(3).run()
    assert popover(at).label == "Preset: Wide"
    at.select_slider(key="toy.lr").set_value(0.1).run()
    assert popover(at).label == "Presets" and at.button(key="toy preset wide").proto.type == "tertiary"


def test_what_a_reset_would_give_is_what_it_gives():
    at = opened(data="moons", seed="5", depth="4", lr="0.5")
    now = at.session_state["out"]
    expected = actions.in_force_after(Toy, now, width=8)
    assert not actions.is_chosen(Toy, now, {"width": 8}) and actions.is_chosen(Toy, expected, {"width": 8})
    assert expected == {**DEFAULTS, "data": "moons", "seed": 5, "width": 8}
    assert now == at.session_state["out"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "in force already"),
        ({"lr": 0.0}, "Rate 0.001 → 0: at once"),
        ({"data": "moons", "fancy": True}, "Data Ring → Two moons, Fancy off → on: a new run from step 0"),
        (
            {"data": "moons", "size": 8, "width": 4, "depth": 3, "lr": 1.0, "beta": 0.0},
            "Depth 2 → 3 and 2 more: a new run",
        ),
    ],
)
def test_a_button_says_what_it_changes(changes, words):
    assert words in actions.sentence(Toy, DEFAULTS, {**DEFAULTS, **changes}, str)


def test_numbers_in_sentences_have_a_true_minus_sign():
    low = replace(next(s for s in specs(Toy) if s.name == "beta"), low=-1.0)
    assert in_words.value_text(low, -0.5, str) == "\u22120.5"


def test_the_address_sets_everything_exactly():
    at = opened(
        data="moons",
        size="8",
        width="100",
        depth="4",
        lr="0.0033",
        beta="0.123",
        ema="0.98765",
        fancy="true",
        seed="7",
        execution="eager",
        device="cpu",
    )
    assert at.session_state["out"] == {
        "data": "moons",
        "size": 8,
        "width": 100,
        "depth": 4,
        "lr": 0.0033,
        "beta": 0.123,
        "ema": 0.98765,
        "fancy": True,
        "seed": 7,
        "execution": "eager",
        "device": "cpu",
    }
    assert not at.warning


def test_a_changed_widget_goes_into_the_address_and_back_to_default_out_of_it():
    at = opened()
    at.selectbox(key="toy.size").set_value(8).run()
    at.select_slider(key="toy.lr").set_value(0.1).run()
    at.toggle(key="toy.fancy").set_value(True).run()
    at.number_input(key="toy.seed").set_value(12).run()
    assert address(at) == {"toy.size": "8", "toy.lr": "0.1", "toy.fancy": "true", "toy.seed": "12"}
    assert at.session_state["out"] == {**DEFAULTS, "size": 8, "lr": 0.1, "fancy": True, "seed": 12}
    at.selectbox(key="toy.size").set_value(2).run()
    assert "toy.size" not in address(at)


def test_the_address_it_writes_opens_the_same():
    at = opened()
    at.slider(key="toy.depth").set_value(5).run()
    at.select_slider(key="toy.width").set_value(256).run()
    again = opened(**{key.removeprefix("toy."): value for key, value in address(at).items()})
    assert again.session_state["out"] == at.session_state["out"]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"seed": "abc"}, "whole number from 0 to"),
        ({"lr": "99"}, "number from 0"),
        ({"data": "blob"}, "ring, moons"),
        ({"lr": "nan"}, "number from 0"),
        ({"nonsense": "1"}, "no setting 'nonsense'"),
        ({"fancy": "perhaps"}, "true or false"),
        ({"size": "3"}, "1, 2, 8"),
    ],
)
def test_nonsense_in_the_address_gets_a_sentence_and_loses_nothing_else(bad, words):
    at = opened(depth="4", **bad)
    assert len(at.warning) == 1
    assert words in at.warning[0].value
    assert at.session_state["out"] == {**DEFAULTS, "depth": 4}
    assert address(at) == {"toy.depth": "4"}
    at.slider(key="toy.depth").set_value(3).run()
    assert at.warning, "the sentence stays until it was read"
    at.button(key="toy understood").click().run()
    assert not at.warning


def test_a_preset_sets_many_keys_and_keeps_data_and_seed():
    at = opened(data="moons", seed="5", fancy="true", depth="4")
    at.button(key="toy preset wide").click().run()
    assert not at.exception
    assert at.session_state["out"] == {**DEFAULTS, "data": "moons", "seed": 5, "width": 100, "lr": 0.0033, "size": 1}
    assert address(at) == {
        "toy.data": "moons",
        "toy.seed": "5",
        "toy.width": "100",
        "toy.lr": "0.0033",
        "toy.size": "1",
    }


def test_a_setting_that_plays_no_part_is_hidden_but_not_forgotten():
    at = opened(beta="0.2")
    at.selectbox(key="toy.size").set_value(1).run()
    assert "toy.beta" not in {w.key for w in at.slider}
    assert at.session_state["out"]["beta"] == 0.5
    assert "toy.beta" not in address(at)
    at.selectbox(key="toy.size").set_value(8).run()
    assert at.slider(key="toy.beta").value == 0.2
    assert address(at) == {"toy.size": "8", "toy.beta": "0.2"}


def test_live_settings_say_so():
    at = opened()
    assert "during training" in at.select_slider(key="toy.lr").help
    assert "during training" not in at.select_slider(key="toy.width").help


def test_ladders_reach_their_bounds():
    spec = {s.name: s for s in specs(Toy)}
    assert widgets.powers_of_two(spec["width"]) == [2, 4, 8, 16, 32, 64, 128, 256]
    rungs = widgets.one_two_five(spec["lr"])
    assert rungs[:3] == [0.0, 1e-5, 2e-5]
    assert rungs[-2:] == [5.0, 10.0]
    assert widgets.step_size(0.5) == 0.01
    assert widgets.step_size(0.999) == 0.001


def test_texts_in_the_address_are_those_of_the_command_line():
    assert [link.as_text(v) for v in (True, 3, 0.1, 1e-5, 1 / 3, "moons")] == [
        "true",
        "3",
        "0.1",
        "1e-05",
        "0.3333333333",
        "moons",
    ]


def test_the_shared_link_holds_settings_seed_and_language():
    def share():
        import streamlit as st
        from support import toy

        from playground.ui import link

        st.code(link.share("toy", toy.Toy, {**toy.DEFAULTS, "lr": 0.25}, "zh"), language=None)

    at = AppTest.from_function(share, default_timeout=20).run()
    assert not at.exception
    query = parse_qs(urlsplit(at.code[0].value).query)
    assert query == {"toy.lr": ["0.25"], "toy.seed": ["0"], "lang": ["zh"]}
