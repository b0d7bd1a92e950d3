"""The panel that generates: the text and its probabilities are the model's, with and without the cache."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from support.transformer_panels import BOTH, PACKAGE, TEXT, ask, net_and_row, run_of

from playground.core.registry import panels_of
from playground.core.scene import Bars, Tokens, TokenState
from playground.families.transformer.sampling import Cached, reader_of
from playground.families.transformer.tokens.panel_data import generate as generate_data

WRITERS = {
    "decoder": {},
    "both": BOTH,
    "lstm": {"model": "lstm"},
    "attentive": {"model": "gru", **BOTH},
    "encoder": {"architecture": "encoder"},
    "mask off": {"causal": False},
    "text": TEXT,
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("method", ["greedy", "sample", "beam"])
def test_the_text_is_the_models_with_and_without_the_cache(name, method):
    run = run_of(2, **WRITERS[name])
    net, row = net_and_row(run)
    answer, scenes = ask(run, "generate", method=method, place=2, length=5, beams=3, top_k=6, top_p=0.9)
    ids, prompt = answer["ids"].astype(int), torch.from_numpy(answer["prompt"].astype(int))
    assert ids.shape == (3 if method == "beam" else 1, 5) and answer["same"][0] == 1
    cached = name not in ("encoder", "mask off")
    assert np.isfinite(answer["seconds"]).all() == cached == (len(scenes) == 3)
    for best in torch.from_numpy(ids):
        log_p, p_there = 0.0, torch.empty(0)
        for t in range(5):  # every token read anew
            ahead = 5 - t if name == "encoder" else 1
            rows = torch.cat([prompt, best[:t], torch.zeros(ahead, dtype=torch.long)])[None]
            with torch.no_grad():
                p = net(rows, len(prompt))[0, t].softmax(0)
            log_p += float(p[best[t]].log())
            p_there = p if t == 1 else p_there
        line = ids.tolist().index(best.tolist())
        assert answer["log_p"][line, -1] == pytest.approx(log_p, abs=1e-3)
        if not line:
            order = answer["likeliest"].astype(int)
            assert np.allclose(answer["probabilities"], p_there[order], atol=1e-5)
            assert (p_there.sort(descending=True).values[: len(order)].numpy() == p_there[order].numpy()).all()
    if method == "greedy":
        assert ids[0, 1] == answer["likeliest"][0]
    if method == "sample":
        assert (answer["shaped"] > 0).sum() <= 6 and answer["shaped"].sum() == pytest.approx(1, abs=1e-4)
        again = ask(run, "generate", method="sample", length=5, top_k=6, top_p=0.9)[0]["ids"]
        assert np.array_equal(again, ids)
        others = [ask(run, "generate", method="sample", length=5, draw=draw)[0]["ids"].tolist() for draw in range(1, 9)]
        assert len({str(other) for other in others}) > 1


def test_one_beam_is_greedy_and_more_are_likelier():
    run = run_of(5)
    plain, one, five = (
        ask(run, "generate", **dials)[0]
        for dials in ({}, {"method": "beam", "beams": 1}, {"method": "beam", "beams": 5})
    )
    assert np.array_equal(plain["ids"], one["ids"])
    assert (np.diff(five["log_p"][:, -1]) <= 1e-5).all()


@pytest.mark.parametrize("method", ["greedy", "sample", "beam"])
def test_the_switch_says_which_way_the_text_is_written(method, monkeypatch):
    run, ways = run_of(2), []
    name = "beam_search" if method == "beam" else "generate"
    real = getattr(generate_data, name)

    def spied(*given):
        ways.append(given[-1])
        found = real(*given)
        if method == "beam":
            return found if given[-1] else (found[0] * 0 + 5, found[1])
        return found if given[-1] else replace(found, ids=found.ids * 0 + 5)

    monkeypatch.setattr(generate_data, name, spied)
    kept, plain = (ask(run, "generate", method=method, cache=cache) for cache in (True, False))
    assert (plain[0]["ids"] == 5).all() and (kept[0]["ids"] != 5).any() and {True, False} == set(ways)
    for (answer, scenes), way in ((kept, 0), (plain, 1)):
        assert not answer["same"][0] and (answer["seconds"] > 0).all()
        bars = scenes[2][1].layer("cost")
        assert isinstance(bars, Bars) and bars.roles[way] == "generated" != bars.roles[1 - way]
        assert bars.pick is not None and bars.pick.dials == {"cache": (True, False)} and bars.pick.chosen == way


def test_the_way_that_is_chosen_is_told_with_its_time():
    run = run_of(2)
    for cache, words, number in ((True, "with the cache", "cached"), (False, "without the cache", "plain")):
        answer, scenes = ask(run, "generate", cache=cache)
        scene = scenes[2][1]
        milliseconds = f"{1000 * answer['seconds'][0 if cache else 1]:.2f}"
        assert scene.legend.startswith(f"Written [generated:{words}]") and scene.values[number] == milliseconds
        assert "the same text" in scene.legend and answer["same"][0] == 1


@pytest.mark.parametrize("name", WRITERS)
def test_only_what_has_a_cache_has_the_switch(name):
    run = run_of(**WRITERS[name])
    panel = next(panel for panel in panels_of(PACKAGE, run.config) if panel.name == "generate")
    net, _ = net_and_row(run)
    assert ("cache" in {dial.name for dial in panel.dials}) == is_kept(net)


def is_kept(net) -> bool:
    """Whether what the network makes of earlier tokens is kept: an encoder reads all at once."""
    return net.shape.architecture != "encoder" and type(reader_of(net, torch.ones(1, 7, dtype=torch.long))) is Cached


SHOWN = {
    "greedy": {"prompt", "length", "method", "cache", "place", "rank"},
    "sample": {"prompt", "length", "method", "cache", "place", "rank", "temperature", "top_k", "top_p", "draw"},
    "beam": {"prompt", "length", "method", "cache", "place", "beams"},
}


@pytest.mark.parametrize("method", SHOWN)
def test_dials_are_shown_where_they_play_a_part(method):
    """A dial that is hidden changes no number of the answer; each that is shown changes some."""
    run = run_of(5)
    panel = next(panel for panel in panels_of(PACKAGE, run.config) if panel.name == "generate")
    shown = {d.name for d in panel.dials if not d.when or any(method in wanted for wanted in d.when.values())}
    assert shown == SHOWN[method]
    others = {"temperature": 0.3, "top_k": 1, "top_p": 0.05, "draw": 7, "beams": 1, "rank": 3}
    plain = ask(run, "generate", method=method)[0]
    for name, value in others.items():
        answer = ask(run, "generate", method=method, **{name: value})[0]
        same = all(np.array_equal(answer[part], plain[part]) for part in ("ids", "log_p", "shaped"))
        assert same == (name not in shown), name


def test_a_click_on_a_bar_takes_its_token_and_another_one_lets_it_go():
    run = run_of(5)
    _, scenes = ask(run, "generate", place=3)
    pick = scenes[1][1].layer("next").pick
    assert pick.dials == {"rank": (1, 2, 3, 4, 5, 6)} and pick.chosen is None
    answer, scenes = ask(run, "generate", place=3, rank=pick.dials["rank"][3])
    assert answer["ids"][0, 2] == answer["likeliest"][3]
    pick = scenes[1][1].layer("next").pick
    assert pick.dials == {"rank": (1, 2, 3, 0, 5, 6)} and pick.chosen == 3
    assert ask(run, "generate", method="beam")[1][1][1].layer("next").pick is None


def test_a_click_on_a_token_looks_at_it_as_the_method_chooses_there():
    run = run_of(2)
    source = run.dataset.source_length
    _, scenes = ask(run, "generate", place=3, rank=2, length=4)
    pick = scenes[0][1].layer("text").pick
    assert pick.dials["place"] == (*[None] * source, 1, 2, 3, 4) and pick.dials["rank"] == (
        *[None] * source,
        0,
        0,
        0,
        0,
    )
    assert pick.chosen == source + 2


def test_another_token_can_be_forced():
    run = run_of(5)
    plain, _ = ask(run, "generate", place=3)
    forced, scenes = ask(run, "generate", place=3, rank=4)
    assert forced["ids"][0, :2].tolist() == plain["ids"][0, :2].tolist()
    assert forced["ids"][0, 2] == forced["likeliest"][3] == forced["chosen"][0] != plain["ids"][0, 2]
    bars = scenes[1][1].layer("next")
    assert bars.roles[3] == "generated" and "generated" not in (*bars.roles[:3], *bars.roles[4:])


def test_the_answer_of_a_known_source_is_judged():
    run = run_of(1)
    answer, scenes = ask(run, "generate", length=8)
    source = run.dataset.source_length
    known = run.view._shown[0, source:].numpy()
    layer = scenes[0][1].layer("text")
    assert isinstance(layer, Tokens) and layer.states.shape == (9, 1, source + 8)
    right = answer["ids"][0, :6] == known
    expected = np.where(right, TokenState.RIGHT, TokenState.WRONG)
    assert (layer.states[-1, 0, source : source + 6] == expected).all()
    assert (layer.states[-1, 0, source + 6 :] == TokenState.GENERATED).all()  # beyond the answer nothing is right
    assert (layer.states[0, 0, source:] == TokenState.TO_COME).all() and (layer.ids[0, 0, source:] == -1).all()
    other = ask(run, "generate", prompt="aaaaaa→")[1][0][1].layer("text")
    assert (other.states[-1, 0, source:] == TokenState.GENERATED).all()
