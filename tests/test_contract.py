"""The contract, for every registered family: it grows by itself with each of them."""

from dataclasses import replace

import numpy as np
import pytest
from loky import ProcessPoolExecutor
from safetensors.numpy import load, save

from playground.core.advance import advance, build
from playground.core.config import Config as AnyConfig
from playground.core.config import parse, specs
from playground.core.contract import Chunk, Event, Experiment, Frame, text_array
from playground.core.registry import FAMILIES
from playground.engine.limits import Limits
from playground.engine.run import start
from playground.engine.weights_import import load_and_check
from playground.engine.worker import init_worker, run_chunk
from playground.live.protocol import describe_charts, describe_diagram, encode_frame

QUICK = {
    "normalizing_flow": {"width": 16, "ode_steps": 2},
    "oadtr": {"width": 16, "heads": 2, "layers": 1, "batch": 16, "window": 8},
}
"""What presets do not name is so where they are many: recording a long computation takes seconds."""

every_family = pytest.mark.parametrize("family", FAMILIES)
every_preset = pytest.mark.parametrize("family, preset", [(f, p) for f in FAMILIES for p in FAMILIES[f].presets])
every_part = pytest.mark.parametrize("family, part", [(f, p) for f in FAMILIES for p in FAMILIES[f].Config.parts])


@pytest.fixture(scope="module")
def elsewhere():
    """Another process."""
    import os

    with ProcessPoolExecutor(max_workers=1, initializer=init_worker, initargs=(os.getpid(),)) as executor:
        yield executor


def chunk(family, steps, /, state=None, step=0, events=(), **settings):
    config = parse(FAMILIES[family].Config, settings).model_dump()
    return Chunk(run="", family=family, config=config, step=step, state=state, steps=steps, events=events)


def do(chunk, experiment=None):
    return advance(chunk, experiment or build(chunk, FAMILIES[chunk.family].load_experiment()))


def then(family, first, steps, **more):
    """The chunk after a progress."""
    return replace(chunk(family, steps, first.state, first.step), **more)


def live_changes(family):
    """Every live number moved to the middle of its range, or a step up."""
    changes = {
        s.name: (s.default + 1 if s.kind == "int" else s.default * 0.5 if s.default else min(0.01, s.high))
        for s in specs(FAMILIES[family].Config)
        if s.live and s.kind in ("int", "float")
    }
    parse(FAMILIES[family].Config, changes)
    return changes


# ---- the state decides the future ----------------------------------------------------------------


@every_family
def test_resuming_in_another_process_is_exact(family, elsewhere):
    whole = do(chunk(family, 40))
    half = do(chunk(family, 20))
    rest = elsewhere.submit(run_chunk, then(family, half, 20)).result(timeout=120)
    assert (whole.step, half.step, rest.step) == (40, 20, 40)
    assert rest.state == whole.state
    for name, values in whole.metrics.items():
        assert np.array_equal(values, np.concatenate([half.metrics[name], rest.metrics[name]]))
    assert set(rest.frame.arrays) == set(whole.frame.arrays)
    assert all(np.array_equal(whole.frame.arrays[name], array) for name, array in rest.frame.arrays.items())


@every_preset
def test_resuming_is_exact_with_every_preset_whether_traced_or_not(family, preset):
    settings = QUICK.get(family, {}) | FAMILIES[family].presets[preset].settings
    whole = do(chunk(family, 6, **settings))
    assert set(whole.metrics) <= FAMILIES[family].curves
    settings = settings | {"execution": "eager"}  # recording takes longer than these steps
    half = do(chunk(family, 3, **settings))
    assert do(chunk(family, 3, half.state, 3, **settings)).state == whole.state


@every_family
def test_chunks_on_a_living_experiment_equal_one(family):
    whole = do(chunk(family, 12))
    experiment = build(chunk(family, 5), FAMILIES[family].load_experiment())
    advance(chunk(family, 5), experiment)
    assert advance(replace(chunk(family, 7), step=5), experiment).state == whole.state
    with pytest.raises(ValueError):
        advance(chunk(family, 1), experiment)  # it stands elsewhere


@every_family
def test_traced_and_eager_agree_to_the_bit(family):
    states = [do(chunk(family, 30, execution=way)).state for way in ("eager", "traced")]
    assert states[0] == states[1]


@every_family
def test_seeds_decide(family):
    states = [do(chunk(family, 3, seed=seed)).state for seed in (1, 1, 2)]
    assert states[0] == states[1] != states[2]


@every_family
def test_state_is_small_plain_and_counts(family):
    state = load(do(chunk(family, 2)).state)
    assert state["steps"].shape == () and state["steps"] == 2
    assert sum(array.nbytes for array in state.values()) < 4e6


# ---- what is done by hand ------------------------------------------------------------------------


@every_part
def test_half_steps_are_replayed_exactly(family, part):
    experiment = FAMILIES[family].load_experiment()(FAMILIES[family].Config())
    for i in range(9):
        experiment.step(part if i in (3, 6, 7) else None)
    events = tuple(Event(i, part=part) for i in (3, 6, 7))
    first = do(chunk(family, 6, events=events))
    second = do(then(family, first, 3, events=events))
    assert second.step == experiment.steps == 9
    state = load(second.state)
    assert all(np.array_equal(state[name], array) for name, array in experiment.state_dict().items())
    whole = {name for name, values in first.metrics.items() if np.isfinite(values).all()}
    assert whole < set(first.metrics)  # a half step has fewer scalars


@every_family
def test_live_changes_are_replayed_exactly(family):
    changes = live_changes(family)
    experiment = FAMILIES[family].load_experiment()(FAMILIES[family].Config())
    for i in range(12):
        if i == 4:
            experiment.configure(experiment.config.changed(**changes))
        experiment.step()
    events = (Event(4, changes),)
    first = do(chunk(family, 7, events=events))  # the change lies within this chunk, before the next one
    second = do(then(family, first, 5, events=events))
    state = load(second.state)
    assert all(np.array_equal(state[name], array) for name, array in experiment.state_dict().items())
    assert second.state != do(chunk(family, 12)).state


# ---- divergence ----------------------------------------------------------------------------------


class Fading(Experiment):
    """Its picture breaks at step 700, its scalars never do: what a family may look like whose scores run ahead."""

    Config = AnyConfig
    broken_at, repeated = 700, 0

    def step(self, part=None):
        self.steps += 1
        type(self).repeated += 1
        return {"loss": 1.0}

    def snapshot(self):
        return {"x": np.array([np.nan if self.steps >= self.broken_at else 1.0])}

    def evaluate(self, thorough=False):
        return {}

    def sample(self, n, seed, **given):
        return np.zeros((n, 2), np.float32)

    def configure(self, config):
        self.config = config

    def state_dict(self):
        return {"steps": np.array(self.steps)}

    def load_state_dict(self, state):
        self.steps = int(state["steps"])


def test_a_picture_that_breaks_first_is_found_in_few_tries():
    Fading.repeated = 0
    given = Chunk(run="", family="", config={}, step=0, state=None, steps=5000)
    progress = advance(given, Fading(AnyConfig()))
    assert progress.step == 699 and progress.divergence.quantity == "loss"
    assert np.isfinite(progress.frame.arrays["x"]).all() and len(progress.metrics["loss"]) == 699
    assert Fading.repeated <= 5000 * (2 + np.log2(5000))


def test_weights_that_give_no_picture_are_told_without_a_step():
    experiment = Fading(AnyConfig())
    experiment.steps = 800
    progress = advance(Chunk(run="", family="", config={}, step=800, state=None, steps=0, evaluate=True), experiment)
    assert progress.divergence.quantity == "frame" and progress.step == 800 and progress.scores == {}


MODELS = (
    ("gan", {}),
    ("gan", {"data": "digits"}),
    ("normalizing_flow", {"flow": "glow"}),  # its picture takes matrices apart
    ("normalizing_flow", {"flow": "nsf"}),
    ("normalizing_flow", {"data": "digits"}),
    ("diffusion", {}),
    ("vae", {}),
    ("vae", {"data": "digits"}),
    ("autoregressive", {}),
)


@pytest.mark.parametrize("family, settings", MODELS, ids=lambda x: x if isinstance(x, str) else ",".join(x.values()))
def test_huge_weights_are_told_of_any_model(family, settings):
    run = start(family, parse(FAMILIES[family].Config, settings), "", Limits())
    state = FAMILIES[family].load_experiment()(run.config).state_dict()
    huge = {name: np.full_like(a, 1e30) if a.dtype.kind == "f" else np.array(a) for name, a in state.items()}
    run.state = save(huge)
    assert load_and_check(run)[1].divergence.quantity == "frame"


def test_frames_carry_text():
    frame = Frame(3, {"x": np.zeros(2, np.float32), "tokens": text_array("每 token", 7)})
    assert Frame.from_bytes(3, frame.to_bytes()).text("tokens") == "每 tok"


@every_family
def test_divergence_stops_at_the_last_good_state(family):
    progress = do(chunk(family, 500, **FAMILIES[family].diverging))
    broken = progress.divergence
    assert broken is not None and broken.quantity in progress.metrics and progress.step < 500
    assert broken.step >= progress.step
    assert all(len(values) == progress.step and np.isfinite(values).all() for values in progress.metrics.values())
    state = load(progress.state)
    assert all(np.isfinite(array).all() for array in state.values())
    assert state["steps"] == progress.step
    again = do(chunk(family, progress.step, **FAMILIES[family].diverging))
    assert again.state == progress.state and again.divergence is None
    assert all(np.isfinite(array).all() for array in progress.frame.arrays.values())


# ---- pictures and quality ------------------------------------------------------------------------


@every_family
def test_looking_does_not_disturb(family):
    quiet, watched = (FAMILIES[family].load_experiment()(FAMILIES[family].Config()) for _ in range(2))
    for _ in range(6):
        quiet.step()
        watched.step()
        first, second = watched.snapshot(), watched.snapshot()
        assert all(np.array_equal(first[name], second[name]) for name in first)
        assert watched.evaluate() == watched.evaluate()
        assert np.array_equal(watched.sample(20, 3), watched.sample(20, 3))
    a, b = quiet.state_dict(), watched.state_dict()
    assert all(np.array_equal(a[name], b[name]) for name in a)


@every_family
def test_frames_are_locked_copies(family):
    experiment = FAMILIES[family].load_experiment()(FAMILIES[family].Config())
    frame = Frame(0, experiment.snapshot())
    kept = {name: array.copy() for name, array in frame.arrays.items()}
    for _ in range(3):
        experiment.step()
    for name, array in frame.arrays.items():
        assert np.array_equal(array, kept[name]) and array.dtype in (np.float32, np.float16)
        with pytest.raises(ValueError):
            array[...] = 0
    again = Frame.from_bytes(0, frame.to_bytes())
    assert all(np.array_equal(again.arrays[name], array) for name, array in kept.items())
    experiment.step()  # locking the picture locked nothing of the experiment


@every_family
def test_states_survive_the_training_that_follows(family):
    experiment = FAMILIES[family].load_experiment()(FAMILIES[family].Config())
    experiment.step()
    state = experiment.state_dict()
    kept = {name: array.copy() for name, array in state.items()}
    experiment.step()
    assert all(np.array_equal(state[name], array) for name, array in kept.items())


@every_family
def test_scores_have_floors(family):
    experiment = FAMILIES[family].load_experiment()(FAMILIES[family].Config())
    scores = experiment.evaluate()
    assert scores
    for score in scores.values():
        known = np.isfinite(score.floor)  # of some data nobody knows what a perfect model would score
        assert score.low <= score.floor <= score.high if known else np.isnan([score.floor, score.low, score.high]).all()


@every_preset
def test_scenes_are_whole(family, preset):
    """Nodes name layers, edges nodes, beats edges and parts; curves are scalars or scores."""
    place = FAMILIES[family]
    config = parse(place.Config, QUICK.get(family, {}) | place.presets[preset].settings | {"execution": "eager"})
    experiment = place.load_experiment()(config)
    scalars = {**experiment.step(), **experiment.evaluate()}
    scene = place.scene(Frame(1, experiment.snapshot()), config)
    names = [layer.name for layer in scene.layers]
    assert len(set(names)) == len(names)
    nodes = {node.name for node in scene.diagram.nodes}
    edges = {(edge.source, edge.target) for edge in scene.diagram.edges}
    assert len({node.at for node in scene.diagram.nodes}) == len(nodes)
    assert all(set(node.layers) <= set(names) for node in scene.diagram.nodes)
    assert {end for edge in edges for end in edge} <= nodes
    for beat in scene.diagram.beats:
        assert beat.part in place.Config.parts or beat.part == ""
        assert set(beat.nodes) <= nodes and set(beat.edges) <= edges
    for chart in place.charts(config):
        assert all(series.metric in scalars for series in chart.series)
    assert encode_frame({"step": 1}, scene, str).startswith(b"PGF1")
    assert describe_diagram(scene.diagram, str) and describe_charts(place.charts(config), str)
    assert all(layer.xy.shape[-1] == 2 for layer in scene.layers if hasattr(layer, "xy"))
