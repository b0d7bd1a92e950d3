"""The panels of a model of sequences: their numbers are the model's own, what is typed is read or refused in a
sentence, and every panel draws with every preset."""

import json
import math
import re
from typing import Any

import numpy as np
import pytest
import torch
from support.browser import state, wait

from playground.core.config import parse
from playground.core.errors import UserError
from playground.core.layers import Matrix
from playground.core.panels import question, validate
from playground.core.registry import panels_of, part
from playground.core.scene import Links, Tokens, TokenState
from playground.families.transformer import timing
from playground.families.transformer.attention_maps import attention_maps, layers_of
from playground.families.transformer.config import TransformerConfig
from playground.families.transformer.experiment import TransformerExperiment
from playground.families.transformer.model import initial_model
from playground.families.transformer.networks.positions import Rotary, slopes
from playground.families.transformer.position_maps import turned_pairs
from playground.families.transformer.presets import PRESETS
from playground.families.transformer.sampling import generate, greedy
from playground.families.transformer.tokens.panel_data import time as time_data
from playground.families.transformer.tokens.panels import PANELS
from playground.families.transformer.tokens.typed import shown_rows, typed, written
from playground.live.panels import encode

PACKAGE = "playground.families.transformer"
SMALL: dict[str, Any] = {"width": 16, "layers": 2, "heads": 2, "batch": 8}
REVERSE: dict[str, Any] = {**SMALL, "data": "reverse", "length": 6}
BOTH = {"architecture": "encoder_decoder"}
TEXT = {**SMALL, "data": "alice", "window": 24}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(time_data, "BUDGET", 0.02)


def run_of(steps: int = 0, **settings: Any) -> TransformerExperiment:
    run = TransformerExperiment(parse(TransformerConfig, {**REVERSE, **settings}))
    for _ in range(steps):
        run.step()
    return run


def ask(run: TransformerExperiment, name: str, **dials: Any):
    panel = next(panel for panel in panels_of(PACKAGE, run.config) if panel.name == name)
    values = validate(panel, dials)
    answer = run.respond(question(panel, values))
    return answer, part(PACKAGE, "tokens", "panels", name).draw(answer, values, run.config)


def net_and_row(run: TransformerExperiment, row: int = 0):
    context = run.view.context(run.current())
    return context.net, context.rows[row]


# ---- all of them ---------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS)
def test_every_panel_draws_with_every_preset(preset):
    run = TransformerExperiment(parse(TransformerConfig, {**PRESETS[preset].settings, **SMALL}))
    names = [panel.name for panel in panels_of(PACKAGE, run.config)]
    assert ("head" in names) == (run.config.model == "transformer") and set(names) <= set(PANELS)
    for panel in panels_of(PACKAGE, run.config):
        for dials in [{}, *ends(panel)] if preset in ("default", "reverse", "copy_lstm") else [{}]:
            _, scenes = ask(run, panel.name, **dials)
            assert scenes and len(encode({}, scenes, str)) > 100
            for title, scene in scenes:
                assert title and scene.legend.format(**scene.values) and scene.words.format(**scene.values)
                for layer in scene.layers:
                    moments = len(scene.trajectory.moments) if scene.trajectory and layer.trajectory else None
                    for array in vars(layer).values():
                        assert moments is None or not isinstance(array, np.ndarray) or len(array) == moments
                if scene.axes is not None:
                    x0, x1, y0, y1 = scene.extent
                    places = np.concatenate([layer.xy.reshape(-1, 2) for layer in scene.layers])
                    assert np.isfinite(places).all() and (places >= [x0, y0]).all() and (places <= [x1, y1]).all()


def ends(panel):
    for dial in panel.dials:
        if dial.kind == "slider":
            assert dial.low <= dial.default <= dial.high
            yield from ({dial.name: dial.low}, {dial.name: dial.high})
        if dial.kind == "choice":
            yield from ({dial.name: name} for name, _ in dial.options)


def test_panels_that_settings_do_not_offer_are_not_listed():
    def names(**settings):
        return [panel.name for panel in panels_of(PACKAGE, parse(TransformerConfig, settings))]

    assert names() == list(PANELS)
    assert names(model="lstm") == ["attends", "generate", "positions", "reach", "time"]
    assert "positions" not in names(model="lstm", data="modular")
    assert "positions" not in names(data="modular", positions="none")
    with pytest.raises(UserError):
        run_of(model="rnn").respond({"head": np.zeros(3, np.float32)})


@pytest.mark.parametrize("data", ["copy", "modular", "alice", "number_words"])
def test_the_rows_are_those_of_the_stage(data):
    run = run_of(data=data, length=TransformerConfig.model_fields["length"].default)
    assert np.array_equal(shown_rows(run.dataset, run.config.seed), run.view._shown.numpy())


# ---- attention -----------------------------------------------------------------------------------


@pytest.mark.parametrize("architecture", ["decoder", "encoder_decoder", "encoder"])
@pytest.mark.parametrize("view", ["head", "mean", "rollout"])
def test_attention_is_the_models_and_sums_to_one(architecture, view):
    run = run_of(3, architecture=architecture)
    net, row = net_and_row(run, 1)
    kinds = ("self", "cross", "encoder") if architecture == "encoder_decoder" else ("self",)
    for kind in kinds:
        dials = {"row": 2, "view": view, "layer": 2, "head": 2, **({"kind": kind} if len(kinds) > 1 else {})}
        if (view, kind) == ("rollout", "cross"):
            with pytest.raises(UserError, match="Rollout"):
                ask(run, "attends", **dials)
            continue
        answer, scenes = ask(run, "attends", **dials)
        assert np.allclose(answer["weights"].sum(1), 1, atol=1e-5)
        maps = attention_maps(net, row[None])[kind][0]  # (layers, heads, queries, keys)
        expected = maps[1, 1] if view == "head" else maps[1].mean(0)
        if view == "rollout":
            expected = by_hand(maps[1]) @ by_hand(maps[0])
        assert np.allclose(answer["weights"], expected, atol=1e-5)
        links = scenes[0][1].layer("links")
        assert isinstance(links, Links) and links.weights.shape == (len(links.targets), len(links.sources))


def by_hand(layer: torch.Tensor) -> torch.Tensor:
    """(heads, length, length): half the mean of the heads, half the residual connection."""
    length = layer.shape[1]
    return torch.tensor(
        [[0.5 * float(sum(layer[:, i, j])) / len(layer) + 0.5 * (i == j) for j in range(length)] for i in range(length)]
    )


@pytest.mark.parametrize("architecture", ["decoder", "encoder_decoder"])
def test_what_is_typed_is_answered_by_the_model(architecture):
    run = run_of(2, architecture=architecture)
    net, row = net_and_row(run)
    source = run.dataset.source_length
    text = written(run.dataset, row[:source].numpy())
    answer = generate(net, row[None, :source], 6, greedy, torch.zeros(1, 6)).ids[0]
    expected = attention_maps(net, torch.cat([row[:source], answer])[None])["self"][0, 0, 0]
    assert np.allclose(ask(run, "attends", text=text)[0]["weights"], expected, atol=1e-5)
    shorter, _ = ask(run, "attends", text="ab>")
    assert np.array_equal(shorter["weights"], ask(run, "attends", text="a b →")[0]["weights"])
    assert len(shorter["queries"]) == (3 + 6 if architecture == "decoder" else 6)


def test_of_a_text_every_typed_character_is_read():
    answer, _ = ask(run_of(**TEXT), "attends", text="The cat")
    task = parse(TransformerConfig, TEXT).task
    assert answer["queries"].astype(int).tolist() == [0, *typed(task, "The cat").tolist()]


@pytest.mark.parametrize("model, architecture", [("lstm", "decoder"), ("gru", "encoder_decoder"), ("rnn", "encoder")])
def test_gradients_are_those_of_a_direct_loop(model, architecture):
    run = run_of(2, model=model, architecture=architecture)
    net, row = net_and_row(run)
    parts = [net.embedding(ids).detach().requires_grad_() for ids in net.parts(row[None])]
    with torch.enable_grad():
        logits = net.read(tuple(parts))[0]  # (answer, vocabulary)
        rows = []
        for j, right in enumerate(row[run.dataset.source_length :]):
            slopes_of = torch.autograd.grad(logits[j, right], parts, retain_graph=True, allow_unused=True)
            pairs = zip(parts, slopes_of, strict=True)
            rows.append(torch.cat([(torch.zeros_like(x) if g is None else g)[0].norm(dim=1) for x, g in pairs]))
    expected = torch.stack(rows)
    answer, _ = ask(run, "attends", row=1)
    assert np.allclose(answer["weights"], expected / expected.max(1, keepdim=True).values, atol=1e-5)


# ---- one head by hand ----------------------------------------------------------------------------


@pytest.mark.parametrize("positions", ["none", "sinusoidal", "rotary", "alibi"])
@pytest.mark.parametrize("kind", ["self", "cross", "encoder"])
def test_the_output_by_hand_is_that_of_the_layer(positions, kind):
    run = run_of(3, positions=positions, **BOTH)
    net, row = net_and_row(run)
    seen = {}
    hook = layers_of(net, kind)[1].output.register_forward_pre_hook(lambda _, given: seen.update(heads=given[0]))
    with torch.no_grad():
        net(row[None])
    hook.remove()
    answer, scenes = ask(run, "head", kind=kind, layer=2, head=2, place=5)
    assert np.allclose(answer["output"], seen["heads"][0, 4, 8:], atol=1e-5)  # the second of two heads of eight numbers
    assert np.allclose(answer["weights"].sum() + answer["rest"], 1, atol=1e-5)
    assert np.allclose(answer["parts"].sum(0) + answer["others"], answer["output"], atol=1e-5)
    assert np.allclose(answer["products"], answer["turned_keys"] @ answer["turned_query"], atol=1e-4)
    assert np.allclose(answer["scores"], answer["products"] / math.sqrt(8), atol=1e-5)
    hidden = np.isinf(answer["bias"])
    assert (answer["weights"][hidden] == 0).all() and hidden.any() == (kind == "self")
    assert (hidden == (answer["key_places"] > 5)).all() or kind != "self"
    table = scenes[1][1].layer("scores")
    assert isinstance(table, Matrix) and table.numbers is not None
    assert np.allclose(table.numbers[-1, 3, : len(answer["keys"])], answer["weights"], atol=1e-6)
    total = scenes[1][1].layer("values").numbers[-1]
    for shown in (total, table.numbers[-1, 3:]):  # what stands in the tables adds up
        assert np.allclose(shown[:, :-1].sum(1), shown[:, -1], atol=1e-5)


def test_steps_show_only_what_is_computed_so_far():
    _, scenes = ask(run_of(), "head")
    layers = [layer for _, scene in scenes for layer in scene.layers]
    known = [np.isfinite(layer.numbers).sum((1, 2)) for layer in layers]
    for counts in known:
        assert (np.diff(counts) >= 0).all() and counts[-1] == counts.max()
    assert (known[1][:2] == 0).all() and known[1][2] > 0 and known[2][0] == 0
    packed = encode({}, scenes, str)
    assert np.isnan(numbers_in(packed, 1)[0]).all() and np.isfinite(numbers_in(packed, 1)[-1]).any()


def numbers_in(message: bytes, which: int) -> np.ndarray:
    """The numbers of a matrix as they travel."""
    size = int.from_bytes(message[4:8], "little")
    at = 8 + size + sum(json.loads(message[8 : 8 + size])["sizes"][:which])
    own = int.from_bytes(message[at + 4 : at + 8], "little")
    kind, shape, offset = json.loads(message[at + 8 : at + 8 + own])["layers"][0]["arrays"]["numbers"]
    assert kind == "f4"
    return np.frombuffer(message, "<f4", math.prod(shape), at + 8 + own + offset).reshape(shape)


# ---- generation ----------------------------------------------------------------------------------

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


@pytest.mark.parametrize(
    ("settings", "name", "dials", "why"),
    [
        ({}, "generate", {"prompt": "ab?→"}, r"“\?”"),
        ({}, "generate", {"prompt": "  "}, "empty"),
        ({}, "generate", {"prompt": "a" * 201}, "200"),
        ({}, "attends", {"text": "a1"}, "“1”"),
        ({"positions": "learned"}, "generate", {"prompt": "abcdefghij→"}, "Learned positions"),
        ({"positions": "learned"}, "attends", {"text": "abcdefghijk→"}, "Learned positions"),
        ({"data": "number_words"}, "generate", {"prompt": "five houses"}, "“houses”"),
        (TEXT, "generate", {"prompt": "中"}, "“中”"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(settings, name, dials, why):
    run = run_of(**settings)
    with pytest.raises(UserError) as refusal:
        ask(run, name, **dials)
    sentence = refusal.value.sentence(str)
    assert sentence.endswith(".") and re.search(why, sentence)
    ask(run, name)  # it still answers


@pytest.mark.parametrize("data", ["copy", "sort", "recall", "addition", "modular", "number_words", "parity", "alice"])
def test_what_is_written_is_read_back(data):
    config = parse(TransformerConfig, {"data": data})
    for row in shown_rows(config.task, 3):
        assert np.array_equal(typed(config.task, written(config.task, row)), row)


# ---- positions -----------------------------------------------------------------------------------


def test_pictures_of_positions_equal_their_formulas():
    rotary, sinusoidal, alibi = (
        ask(run_of(positions=name), "positions")[0] for name in ("rotary", "sinusoidal", "alibi")
    )
    d, waves = np.arange(64), 10_000.0 ** (-np.arange(0, 8, 2) / 8)  # of heads of 8 numbers
    assert np.allclose(rotary["encoding"], np.cos(d[:, None] * waves), atol=1e-5)
    assert np.allclose(rotary["by_distance"][0], np.cos(d[:, None] * waves).mean(1), atol=1e-5)
    long = 10_000.0 ** (-np.arange(0, 16, 2) / 16)
    assert np.allclose(sinusoidal["encoding"][:, 1::2], np.cos(d[:, None] * long), atol=1e-5)
    assert np.allclose(sinusoidal["by_distance"][0], np.cos(d[:, None] * long).mean(1), atol=1e-4)
    assert np.allclose(alibi["by_distance"], -slopes(2)[:, None] * d, atol=1e-5)


def test_what_rotary_turns_is_what_the_model_turns():
    vectors = torch.randn(2, 8, generator=torch.Generator().manual_seed(0))
    places = torch.tensor([[5.0, 2.0], [9.0, 6.0]])
    turned = Rotary().turn(vectors[None, :, None].expand(1, 2, 12, 8).contiguous())[0]  # (2, 12, 8)
    for pair in range(4):
        found = turned_pairs(vectors, pair, places)
        for moment, both in enumerate(places.int().tolist()):
            for k, place in enumerate(both):
                assert torch.allclose(found[moment, k], turned[k, place, [pair, pair + 4]], atol=1e-5)
    answer, _ = ask(run_of(), "positions", pair=2, distance=4)
    products = (answer["turned"][:, 0] * answer["turned"][:, 1]).sum(1)
    assert np.allclose(products, answer["product"][0], atol=1e-5)


def test_accuracy_at_each_length_is_counted():
    run = run_of(4)
    answer, _ = ask(run, "positions")
    assert answer["lengths"].tolist() == [2 * n + 1 for n in (3, 6, 9, 12, 18, 24)]
    context = run.view.context(run.current())
    longer = run.dataset.longer(2)
    rows = context.fresh(longer, 2500 // longer.dim)
    with torch.no_grad():
        right = context.net(rows, longer.source_length).argmax(2) == rows[:, longer.source_length :]
    assert answer["accuracy"][3] == pytest.approx(float(right.float().mean()), abs=1e-6)
    learned = ask(run_of(positions="learned"), "positions")[0]
    assert np.isnan(learned["accuracy"]).tolist() == [False, False, True, True, True, True]


# ---- how far back --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["transformer", "lstm", "gru", "rnn"])
def test_gradients_reach_back_as_a_loop_says(model):
    run = run_of(3, model=model)
    answer, _ = ask(run, "reach")
    before = run_of(0, model=model)
    assert np.allclose(answer["initial"], ask(before, "reach")[0]["now"], rtol=1e-4, atol=1e-9)
    assert np.allclose(answer["initial"], answer[f"initial_{model}"], rtol=1e-5)
    assert not np.allclose(answer["now"], answer["initial"], rtol=1e-3)
    for net, name in ((net_and_row(run)[0], "now"), (initial_model(run.config), "initial")):
        sums: dict[int, list[float]] = {}
        for row in run.view._shown[:2]:
            x = net.embedding(net.parts(row[None])[0]).detach().requires_grad_()
            with torch.enable_grad():
                logits = net.read((x,))[0]
            for j, right in enumerate(row[7:]):
                slope = torch.autograd.grad(logits[j, right], x, retain_graph=True)[0][0].norm(dim=1)
                for back in range(7 + j + 1):
                    sums.setdefault(back, []).append(float(slope[7 + j - back]))
        expected = [np.mean(sums[back]) for back in range(13)]
        assert np.allclose(answer[name], expected, rtol=1e-4, atol=1e-9)


def test_accuracy_by_distance_is_counted():
    run = run_of(5)
    answer, _ = ask(run, "reach")
    assert answer["distances"].tolist() == [2, 4, 6, 8, 10, 12]
    context = run.view.context(run.current())
    rows = context.fresh(run.dataset, 256)
    with torch.no_grad():
        right = (context.net(rows).argmax(2) == rows[:, 7:]).float().mean(0)
    assert np.allclose(answer["accuracy"], right, atol=1e-6) and (answer["counts"] == 256).all()
    assert "accuracy" not in ask(run_of(data="sort"), "reach")[0]


# ---- time ----------------------------------------------------------------------------------------


def test_time_is_measured_within_its_budget():
    models = [initial_model(parse(TransformerConfig, {**REVERSE, "model": name})) for name in ("transformer", "rnn")]
    cpu = torch.device("cpu")
    for what in timing.PASSES:
        seconds = timing.against_length(models, what, (4, 8, 2000), 2, 0.5, cpu)
        assert seconds.shape == (2, 3) and (seconds[:, :2] > 0).all()
    spent = timing.against_length(models, "forward", (4, 8, 16), 2, 0.0, cpu)
    assert (spent[:, :2] > 0).all() and spent[:, 2:].isnan().all()


def test_a_pass_reads_every_token_and_a_step_has_every_gradient(monkeypatch):
    model, ids = initial_model(parse(TransformerConfig, REVERSE)), torch.arange(12).view(2, 6)
    seen = []
    monkeypatch.setattr(torch.autograd, "grad", lambda total, parameters: seen.append((total, parameters)))
    timing.training_step(model, ids)
    ((total, parameters),) = seen
    assert len(parameters) == len(list(model.parameters())) and total.requires_grad
    expected = model.logits(model.decode(model.embedding(ids))).square().mean()
    assert torch.allclose(total, expected)


# ---- in a browser --------------------------------------------------------------------------------


def test_what_is_typed_in_the_page_is_answered_or_refused_and_nothing_is_lost(open_page):
    settings = "&".join(f"transformer.{name}={value}" for name, value in {**REVERSE, "seed": 93}.items())
    page = open_page(f"/transformer?{settings}&tab=ask.generate&play=1")
    wait(page, "p.run && p.step > 5", 90_000)
    page.click(".pg-play")
    wait(page, "!p.playing")
    panel = page.locator(".pg-panel[data-name=generate]")
    line = panel.get_by_role("textbox", name="Prompt")
    line.scroll_into_view_if_needed()
    wait(page, "p.panels && p.panels.generate", 60_000)
    answers, step = state(page, "panels.generate.answers"), state(page, "step")
    line.press_sequentially(" ")  # the page's key for playing: here it is a space
    wait(page, f"p.panels.generate.answers > {answers}")
    assert not state(page, "playing")
    line.fill("abcdef>")
    wait(page, "p.panels.generate.values.prompt === 'abcdef>'")
    line.fill("abc7")
    page.wait_for_function("document.querySelector('.pg-panel[data-name=generate].pg-refused')")
    assert "“7”" in panel.locator(".pg-panel-status").inner_text()
    assert panel.locator("canvas").count() == 3  # what was answered before is still there
    line.fill("abc>")
    wait(page, "p.panels.generate.values.prompt === 'abc>'")
    assert not panel.locator(".pg-panel-status").is_visible() and state(page, "step") == step
    assert line.evaluate("element => element.maxLength") == 200
