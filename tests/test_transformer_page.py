"""The lesson about models of sequences: what the stage shows, what the layers made, the curves, and the page."""

import numpy as np
import pytest
import torch
from support.pages import ROOT, buttons, opened

from playground.core.config import parse
from playground.core.contract import Frame
from playground.core.registry import FAMILIES
from playground.core.scene import TokenState
from playground.families.transformer.activations import activations
from playground.families.transformer.attention_maps import attention_maps
from playground.families.transformer.config import TransformerConfig
from playground.families.transformer.diagnosis import RULES
from playground.families.transformer.experiment import TransformerExperiment
from playground.families.transformer.kept import VECTOR_SIZE, kept_times
from playground.families.transformer.model import initial_model
from playground.families.transformer.presets import PRESETS
from playground.families.transformer.tokens.reads import FAINT, along_generation
from playground.families.transformer.tokens.scene import five_gram_bits
from playground.families.transformer.tokens.sequences import NONE, moments_of, shown_rows
from playground.ui.transformer_cards import CARDS, FAILURES

FAMILY = FAMILIES["transformer"]
PAGE = ROOT / "pages" / "transformer.py"
SMALL = {"gap": 4, "width": 16}
BOTH = {"data": "reverse", "length": 5, "architecture": "encoder_decoder", "width": 16}
KINDS = {
    "decoder": SMALL,
    "encoder": {"data": "reverse", "length": 5, "architecture": "encoder", "width": 16},
    "both": BOTH,
    "rnn": {**SMALL, "model": "rnn"},
    "lstm without attention": {**BOTH, "model": "lstm", "attention": False},
    "gru with attention": {**BOTH, "model": "gru"},
    "text": {"data": "alice", "window": 16, "width": 16},
    "ends": {"data": "number_words", "width": 16},
}


def drawn(settings):
    """(settings, arrays, scene) of an untrained model."""
    config = parse(TransformerConfig, {**settings, "execution": "eager"})
    frame = Frame(0, TransformerExperiment(config).snapshot())
    return config, frame.arrays, FAMILY.scene(frame, config)


# ---- tokens --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_what_the_model_generated_token_by_token(kind):
    config, a, scene = drawn(KINDS[kind])
    task, tokens = config.task, scene.layer("tokens")
    n, moments = shown_rows(task), moments_of(task)
    prompt, made = task.dim - int(moments[-1]), a["generated"][:n].astype(int)
    assert tokens.ids.shape == (len(moments), n, task.dim)
    assert (tokens.ids[:, :, :prompt] == a["rows"][None, :n, :prompt]).all()
    for moment, ids, states in zip(moments, tokens.ids, tokens.states, strict=True):
        answer, state = ids[:, prompt:], states[:, prompt:]
        assert (answer[:, moment:] == NONE).all() and not (state[:, :moment] == TokenState.TO_COME).any()
        shown = state[:, :moment] != TokenState.EMPTY
        assert (answer[:, :moment][shown] == made[:, :moment][shown]).all()
    last, truth = tokens.states[-1][:, prompt:], a["rows"][:n, prompt:].astype(int)
    if task.source_length:
        judged = a["judged"][:n] > 0
        assert ((last == TokenState.RIGHT) == ((made == truth) & judged)).all()
        wrong = (last == TokenState.WRONG) & judged
        assert (tokens.expected[-1][:, prompt:][wrong] == truth[wrong]).all()
        assert ((last != TokenState.EMPTY) >= judged).all()
    else:
        assert (last == TokenState.GENERATED).all() and tokens.expected is None


def test_predictions_have_the_right_token_below_each_mistake_and_nothing_after_the_end():
    config, a, scene = drawn(KINDS["ends"])
    layer, s = scene.layer("predicted"), config.task.source_length
    n = len(layer.ids)
    judged = a["judged"][:n] > 0
    assert not judged.all() and ((layer.states[:, s:] == TokenState.EMPTY) == ~judged).all()
    wrong = layer.states[:, s:] == TokenState.WRONG
    assert (wrong == (judged & (a["right"][:n] == 0))).all() and wrong.any()
    assert (layer.expected[:, s:][wrong] == a["rows"][:n, s:][wrong]).all()


@pytest.mark.parametrize("kind", ["decoder", "text"])
def test_the_journey_adds_up_log_p_of_what_is_written(kind):
    config, a, scene = drawn(KINDS[kind])
    (number,) = scene.trajectory.numbers
    chosen = np.log(a["next_probabilities"][:, 0].astype(float))
    assert number.values[0] == 0 and number.values[-1] == pytest.approx(chosen.sum(), rel=1e-6)
    values = scene.layer("probabilities").values
    assert values.shape[0] == len(a["generated"][0]) and values.max(1) == pytest.approx(a["next_probabilities"][:, 0])
    task = config.task
    written = [scene.layer("probabilities").columns[column] for column in values.argmax(1)]
    assert written == task.show(a["generated"][0])


# ---- what is read --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_is_named_by_the_tokens_that_were_read(kind):
    config, a, scene = drawn(KINDS[kind])
    links, matrix, task = scene.layer("reads_links"), scene.layer("reads"), config.task
    assert matrix.values.shape[-2:] == (len(matrix.rows), len(matrix.columns)) == links.weights.shape[-2:]
    row, s = a["rows"][0].astype(int), task.source_length
    assert list(matrix.rows) == task.show(row[s:])
    if kind in ("decoder", "rnn", "text"):
        assert list(matrix.columns) == task.show(np.concatenate([[task.BEGIN], row[:-1]]))
    if "cross" in a:
        assert list(matrix.columns) == task.show(row[:s])
    attends = "attention" in a or "cross" in a
    assert matrix.role == ("field" if attends else "gradient")
    if attends:
        whole = matrix.values[-1] if matrix.trajectory else matrix.values
        assert whole.sum(1) == pytest.approx(1, abs=5e-3)
    else:
        assert matrix.values.max() == pytest.approx(1, abs=1e-3)


def test_along_the_generation_the_newest_token_reads_and_those_before_it_are_faint():
    weights = np.array([[0.5, 0.5, 0], [0.2, 0.3, 0.5], [1, 0, 0]])
    found = along_generation(weights, np.array([0, 1, 2, 3]), 0)
    assert (found[0] == 0).all() and (found[3] == weights).all()
    assert (found[2][0] == FAINT * weights[0]).all() and (found[2][1] == weights[1]).all() and (found[2][2] == 0).all()
    assert along_generation(np.ones((200, 200)), np.array([0, 1]), 0) is None


def test_every_head_comes_to_the_stage_with_its_own_weights():
    config, a, scene = drawn(BOTH)
    rows = torch.from_numpy(a["rows"][:1].astype(np.int64))
    maps = attention_maps(initial_model(config), rows)
    for kind, key in (("encoder", "encoder"), ("attention", "self"), ("cross", "cross")):
        for layer in range(config.layers):
            node = next(node for node in scene.diagram.nodes if node.name == f"{kind}_{layer}")
            assert len(node.stage) == 2 * config.heads
            for head in range(config.heads):
                truth = maps[key][0, layer, head].numpy()
                assert scene.layer(f"{kind}_{layer}_{head}").values == pytest.approx(truth, abs=1e-3)
                assert scene.layer(f"{kind}_{layer}_{head}_links").weights == pytest.approx(truth, abs=1e-3)
    assert any(scene.layer(name).shown for name in node.stage)


@pytest.mark.parametrize("kind", KINDS)
def test_a_node_shows_and_brings_layers_that_there_are(kind):
    *_, scene = drawn(KINDS[kind])
    names = {layer.name for layer in scene.layers}
    assert all({*node.layers, *node.stage} <= names for node in scene.diagram.nodes)
    nodes = {node.name for node in scene.diagram.nodes}
    assert all({edge.source, edge.target} <= nodes for edge in scene.diagram.edges)
    assert all(
        set(beat.nodes) <= nodes and {x for pair in beat.edges for x in pair} <= nodes for beat in scene.diagram.beats
    )
    joined = {(edge.source, edge.target) for edge in scene.diagram.edges}
    assert all(set(beat.edges) <= joined for beat in scene.diagram.beats)


# ---- what the layers made ------------------------------------------------------------------------


def test_the_sum_is_what_came_in_and_what_the_layer_added():
    config = parse(TransformerConfig, {**SMALL, "layers": 1, "norm": "pre"})
    model = initial_model(config)
    rows = torch.from_numpy(config.task.sample(2, np.random.default_rng(0)).astype(np.int64))
    found = activations(model, rows)
    block, (x,) = model.decoder.blocks[0], tuple(map(model.embedding, model.parts(rows[:1])))
    read = block.attention(block.attention_norm(x), model.decoder.positions, True)
    kept = found["embedded"] + read[0, kept_times(x.shape[1]), :VECTOR_SIZE] + found["mlp"][0]
    assert torch.allclose(found["stream"][0], kept, atol=1e-5)


@pytest.mark.parametrize("kind", ["rnn", "lstm without attention"])
def test_the_states_are_those_of_the_layers(kind):
    config = parse(TransformerConfig, KINDS[kind])
    model = initial_model(config)
    rows = torch.from_numpy(config.task.sample(1, np.random.default_rng(0)).astype(np.int64))
    found = activations(model, rows)
    *before, h = map(model.embedding, model.parts(rows))
    states = None if not before else model.encode(before[0])
    for number, layer in enumerate(model.decoder):
        h, _ = layer(h, states[number] if states else None)
        assert torch.allclose(found["states"][number], h[0, kept_times(h.shape[1]), :VECTOR_SIZE], atol=1e-5)


def test_positions_are_pictured_where_there_are_any():
    for positions in ("none", "sinusoidal", "learned", "rotary", "alibi"):
        config = parse(TransformerConfig, {**SMALL, "positions": positions})
        rows = torch.from_numpy(config.task.sample(1, np.random.default_rng(0)).astype(np.int64))
        found = activations(initial_model(config), rows)["positions"]
        assert found.shape[0] == config.task.dim and found.shape[1] <= VECTOR_SIZE
        assert (found.std(0).max() > 0) == (positions != "none")


# ---- curves and page -----------------------------------------------------------------------------


def test_the_curves_have_the_lines_to_compare_with():
    task = {chart.name: chart for chart in FAMILY.charts(parse(TransformerConfig, {}))}
    assert task["loss"].guides[0][0] == pytest.approx(np.log(8)) and set(task) == {"loss", "correct"}
    text = parse(TransformerConfig, PRESETS["text"].settings)
    charts = {chart.name: chart for chart in FAMILY.charts(text)}
    assert charts["bits"].guides[0][0] == five_gram_bits(text.task)
    assert 1.8 < five_gram_bits(text.task) < text.task.memoryless / np.log(2)
    rnn = FAMILY.charts(parse(TransformerConfig, {"model": "rnn", "clip": 0.5}))
    assert rnn[-1].name == "grad" and rnn[-1].guides[0][0] == 0.5


def test_every_failure_of_the_lab_has_its_rule_and_its_preset():
    assert set(FAILURES) == set(RULES) - {"divergence"} and set(FAILURES.values()) <= set(PRESETS)


def test_the_page_shows_formulas_code_and_data_of_every_model(staged):
    first = set()
    for model in ("transformer", "lstm", "gru", "rnn"):
        at = opened(PAGE, transformer__model=model, tab="maths")
        first.add(at.latex[0].value)
        at.session_state["transformer parts en"] = "Code"
        at.run()
        assert not at.exception and "TransformerExperiment(" in at.code[0].value
    assert len(first) == 4
    for data in ("copy", "modular", "alice", "four_books", "number_words"):
        at = opened(PAGE, transformer__data=data, tab="data")
        assert not at.exception and at.metric


def test_a_width_in_a_link_is_taken(staged):
    at = opened(PAGE, transformer__width="64", transformer__heads="2")
    assert not at.warning and staged[-1][1]["width"] == 64 and staged[-1][1]["heads"] == 2


def test_every_card_starts_the_run_it_speaks_of(staged):
    started = set()
    for card in CARDS:
        at = opened(PAGE, transformer__seed="5", tab=f"change.{card.name}")
        keys = buttons(at, "transformer card")
        assert len(keys) == len(card.starts)
        for key in keys:
            at.button(key=key).click().run()
            assert not at.exception, key
            started.add(tuple(sorted((k, str(v)) for k, v in staged[-1][1].items())))
    assert len(started) >= sum(len(card.starts) for card in CARDS) - 2  # the default run is on two cards
