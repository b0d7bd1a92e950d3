"""The lesson about autoregressive models: its panels, diagnosis, formulas and cards; and in a real browser."""

import numpy as np
import pytest
import torch
from support.browser import state, wait
from support.pages import ROOT, buttons, opened

from playground.core.config import parse
from playground.core.contract import Frame
from playground.core.diagnosis import History
from playground.core.errors import UserError
from playground.core.i18n import fill
from playground.core.panels import question, validate
from playground.core.registry import FAMILIES
from playground.core.score import Score
from playground.families.autoregressive import diagnosis
from playground.families.autoregressive.bits import scene
from playground.families.autoregressive.bits.corruptions import CORRUPTED_COUNT, CORRUPTIONS, corrupted
from playground.families.autoregressive.config import AutoregressiveConfig
from playground.families.autoregressive.experiment import AutoregressiveExperiment
from playground.families.autoregressive.presets import PRESETS
from playground.ui.autoregressive_cards import CARDS

PAGE = ROOT / "pages" / "autoregressive.py"
FAMILY = FAMILIES["autoregressive"]
SMALL = {"width": 16, "channels": 8, "blocks": 1, "units": 16, "bins": 16}


def trained(steps: int, **settings) -> AutoregressiveExperiment:
    run = AutoregressiveExperiment(AutoregressiveConfig(**{**SMALL, **settings}))
    for _ in range(steps):
        run.step()
    return run


def ask(run: AutoregressiveExperiment, name: str, **dials):
    panel = next(panel for panel in FAMILY.panels(run.config) if panel.name == name)
    values = validate(panel, dials)
    answer = run.respond(question(panel, values))
    return answer, FAMILY.draw_panel(name, answer, values, run.config)


# ---- scenes and panels ---------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS)
def test_every_panel_answers_and_is_drawn(preset):
    run = AutoregressiveExperiment(parse(AutoregressiveConfig, {**PRESETS[preset].settings, **SMALL}))
    for panel in FAMILY.panels(run.config):
        answer, drawn = ask(run, panel.name)
        assert all(np.isfinite(array).all() for array in answer.values())
        assert drawn and all(fill(shown.words, **shown.values) for _, shown in drawn)


def test_pixels_appear_in_the_order():
    run = trained(3, order="columns")
    frame = run.snapshot()
    shown = scene.scene(Frame(3, frame), run.config)
    pixels = shown.layer("drawn").pixels
    assert pixels.shape == (65, 16, 8, 8) and shown.layer("drawn").trajectory
    columns = pixels[:, 3].transpose(0, 2, 1).reshape(65, 64)  # in the order
    for k in (0, 20, 63):
        probability = frame["chances"][3].astype(np.float32).reshape(8, 8).T.ravel()[k]
        assert set(columns[k, :k]) <= {0, 1} and columns[k, k] == pytest.approx(probability)
        assert len(set(columns[k, k + 1 :])) <= 1
    assert np.array_equal(pixels[-1, 3].ravel(), frame["bits"][3])
    so_far = shown.trajectory.numbers[0].values
    assert so_far[0] == 0 and (np.diff(so_far) <= 0).all()
    dependencies = frame["hears"].astype(np.float32).reshape(64, 8, 8).transpose(0, 2, 1).reshape(64, 64)
    assert np.triu(dependencies).max() < 1e-6  # rows of a matrix product may be summed in another order


def test_completions_keep_what_is_given():
    run, sketch = trained(3), (np.random.default_rng(0).random(64) < 0.5).astype(float)
    answer, _ = ask(run, "completion", sketch=sketch.tolist(), kept=3)
    assert answer["bits"].shape == (16, 64) and (answer["bits"][:, :24] == sketch[:24]).all()
    assert len({row.tobytes() for row in answer["bits"]}) > 8
    again, _ = ask(run, "completion", sketch=sketch.tolist(), kept=3, draw=2)
    assert not np.array_equal(again["bits"], answer["bits"])
    whole, _ = ask(run, "completion", sketch=sketch.tolist(), kept=8)
    assert (whole["bits"] == sketch).all()


def test_the_probability_of_the_next_pixel_is_exact():
    run = trained(60)
    answer, _ = ask(run, "conditionals", which=5, known=30)
    x = run.dataset.rows("test")[4].astype(np.float32)
    ways = np.stack([np.where(np.arange(64) == 30, bit, x) for bit in (0.0, 1.0)])
    ways[:, 31:] = 0
    half = [np.log(np.clip(answer["probabilities"][30], 1e-9, 1)), np.log1p(-answer["probabilities"][30])]
    logits = run.current().model(torch.from_numpy(ways.astype(np.float32)), torch.zeros(1, dtype=torch.long))[0, 30]
    assert float(torch.sigmoid(logits)) == pytest.approx(np.exp(half[0]), abs=1e-5)
    assert answer["nats"].sum() == pytest.approx(-run.log_prob(x[None])[0], abs=1e-3)


@pytest.mark.parametrize("model", ["fvsbn", "nade", "made", "transformer", "pixelcnn"])
def test_a_broken_mask_is_found_out(model):
    run = trained(5, model=model)
    for broken in (False, True):
        answer, drawn = ask(run, "leak", place=20, broken=broken)
        moved = np.abs(answer["after"] - answer["before"])[answer["order"].astype(int)]
        assert (moved[:20].max() > 0) == broken
        assert drawn[1][1].words.startswith("A leak" if broken else "No leak")


def test_corrupted_pictures_are_corrupted_and_found():
    run = trained(250)
    for kind in CORRUPTIONS:
        fakes = corrupted(kind, run.dataset, 1)
        assert fakes.shape == (CORRUPTED_COUNT, 64) and set(np.unique(fakes)) <= {0, 1}
    answer, drawn = ask(run, "density", kind="noise")
    fakes, real = answer["log_p"][-CORRUPTED_COUNT:], answer["log_p"][:-CORRUPTED_COUNT]
    assert fakes.mean() < real.mean() - 5 and len(answer["x"]) == 3 * CORRUPTED_COUNT
    answer, _ = ask(run, "bits")
    assert answer["model"].sum() < answer["independent"].sum() - 3


def test_orders_are_compared():
    run = trained(40, orders=3)
    answer, drawn = ask(run, "orders")
    assert len(answer["nats"]) == 3 and float(answer["mean"][0]) < answer["nats"].mean()
    assert drawn[0][1].layer("pictures").pixels.shape[0] == 3


@pytest.mark.parametrize(
    "asked",
    [
        {"nothing": np.zeros(1)},
        {"bits": np.zeros((2, 2))},
        {"leak": np.array([np.nan, 1, 0])},
        {"leak": np.zeros(0)},
        {"completion": np.zeros(2), "completion.pixels": np.zeros(9)},
        {"bits": np.zeros(0), "orders": np.zeros(0)},
    ],
)
def test_nonsense_is_refused(asked):
    with pytest.raises(UserError):
        trained(0).respond({name: values.astype(np.float32) for name, values in asked.items()})
    with pytest.raises(UserError):
        trained(0, data="moons").respond({"bits": np.zeros(0, np.float32)})


# ---- diagnosis -----------------------------------------------------------------------------------


def history(run: AutoregressiveExperiment, **frame) -> History:
    shown = {**run.snapshot(), **frame}
    nats = dict(zip(("train_nll", "valid_nll"), map(float, shown["judged"]), strict=False))
    scores = [(run.steps, {name: Score(value, *[float("nan")] * 3) for name, value in nats.items()})]
    return History(run.config, run.steps, {}, scores, shown)


def test_a_leak_and_overfitting_are_named():
    honest = trained(20)
    assert diagnosis.diagnose(history(honest)) == []
    (found,) = diagnosis.diagnose(history(trained(20, leak=True)))
    assert found.name == "leak" and found.remedy(honest.config.changed(leak=True)) == {"leak": False}
    judged = np.array([12.0, 18.0, 17.2, 4.0], np.float32)  # best at step 200
    honest.steps = 900
    (found,) = diagnosis.diagnose(history(honest, judged=judged))
    assert found.name == "overfitting" and found.values["step"] == "200" and found.remedy(honest.config)["decay"] > 0
    for change in ([12, 17.3, 17.2, 4], [12, 18, 17.2, 17]):
        assert diagnosis.diagnose(history(honest, judged=np.array(change, np.float32))) == []


def test_the_best_weights_are_kept():
    run = AutoregressiveExperiment(AutoregressiveConfig(width=256, lr=1e-2))
    seen = []
    for _ in range(700):
        run.step()
        if run.steps % 50 == 0:
            seen.append(run.evaluate()["valid_nll"].value)
    best = run.evaluate(thorough=True)["valid_nll"].value
    assert best == pytest.approx(min(seen), abs=0.02) and seen[-1] > best + 0.05


# ---- the page ------------------------------------------------------------------------------------


def test_every_model_has_its_formula_and_its_code(staged):
    formulas = set()
    for settings in (
        {},
        *({"autoregressive__model": m} for m in ("fvsbn", "nade", "transformer", "pixelcnn")),
        {"autoregressive__data": "moons"},
    ):
        at = opened(PAGE, **settings, tab="maths")
        assert not at.exception and "prod" in at.latex[0].value
        formulas.add(at.latex[1].value)
        at.session_state["autoregressive parts en"] = "Code"
        at.run()
        assert "AutoregressiveExperiment(" in at.code[0].value and "class " in at.code[1].value
    at.session_state["autoregressive parts en"] = "Data"
    at.run()
    assert not at.exception
    assert len(formulas) == 6


def test_a_link_with_a_path_gets_a_sentence(staged, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_TABLES", "")
    at = opened(PAGE, autoregressive__data="table", autoregressive__table="npz:/etc/passwd")
    assert not at.exception and any("reads no files by path" in block.value for block in at.warning)
    assert staged[-1][1]["data"] != "table" and "table" not in str(staged[-1][2].get("choices"))


def test_every_card_starts_the_run_it_speaks_of(staged):
    started = set()
    for card in CARDS:
        at = opened(PAGE, autoregressive__seed="5", tab=f"change.{card.name}")
        for key in buttons(at, "autoregressive card"):
            at.button(key=key).click().run()
            assert not at.exception, key
            config = staged[-1][1]
            assert config["seed"] == 5
            started.add(tuple(sorted(config.items())))
    assert len(started) > 15


def test_a_half_drawn_picture_is_completed(open_page):
    page = open_page("/autoregressive?autoregressive.seed=92&autoregressive.width=32&tab=ask.completion&play=1")
    wait(page, "p.run && p.step > 20", 90_000)
    page.click(".pg-play")
    wait(page, "!p.playing")
    kept = page.get_by_role("slider", name="Part kept (eighths)")
    kept.scroll_into_view_if_needed()
    wait(page, "p.panels && p.panels.completion", 60_000)
    answers = state(page, "panels.completion.answers")
    kept.focus()
    page.keyboard.press("ArrowRight")
    wait(page, f"p.panels.completion.answers > {answers} && p.panels.completion.values.kept === 5")
    assert page.locator(".pg-panel canvas").count() >= 3
