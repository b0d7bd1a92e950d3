"""The offline models: their scores are the closed forms, within three standard errors. On fresh seeds each comparison
would fail in 0.3 percent of cases; the seeds here are fixed."""

import asyncio
import json
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from safetensors import safe_open
from support.pages import ROOT

from playground.core.errors import UserError
from playground.evaluation.mmbench.baselines import network
from playground.evaluation.mmbench.baselines.blind import Always, TextPrior
from playground.evaluation.mmbench.baselines.catalogue import BASELINES
from playground.evaluation.mmbench.baselines.chance import PositionBiased, Uniform
from playground.evaluation.mmbench.baselines.knowing import KnowsPasses, KnowsQuestions, Oracle
from playground.evaluation.mmbench.model import Model
from playground.evaluation.mmbench.plotbench.benchmark import SEED, plotbench
from playground.evaluation.mmbench.question import OFFSET, Row

QUESTIONS = 3000
LETTERS = "ABCD"


def passes(group: int, k: int, seed: int) -> list[Row]:
    """A question of `k` options in all its passes; the first key is drawn."""
    texts = [f"option {group} {j}" for j in range(k)]
    right = np.random.default_rng([seed, group]).integers(k)
    rows = []
    for number in range(k):
        options = {LETTERS[(j - number) % k]: text for j, text in enumerate(texts)}
        options = dict(sorted(options.items()))
        answer = LETTERS[(right - number) % k]
        index = group + OFFSET * number
        rows.append(Row(index, group, number, f"Question {group}?", "", options, answer, "one", "all", "dev", None))
    return rows


def outcomes(model: Model, questions: list[list[Row]]) -> np.ndarray:
    """Whether each pass is right: (questions, passes)."""

    async def all_replies() -> list[list[bool]]:
        return [[(await model.answer(row, "")).text == row.answer for row in rows] for rows in questions]

    return np.array(asyncio.run(all_replies()))


def agrees(hits: np.ndarray, expected: float) -> bool:
    """Whether the mean of (n,) zeros and ones is within three standard errors of what is expected."""
    return abs(hits.mean() - expected) <= 3 * np.sqrt(expected * (1 - expected) / len(hits)) + 1e-12


@pytest.mark.parametrize("k", [2, 3, 4])
@pytest.mark.parametrize(
    "model, vanilla, circular",
    [
        (Uniform(5), lambda k: 1 / k, lambda k: k**-k),
        (Always(), lambda k: 1 / k, lambda k: 0),
        (
            PositionBiased(5, 0.3),
            lambda k: 1 / k,
            lambda k: (0.3 + 0.7 / k) * (0.7 / k) ** (k - 1),
        ),
        (TextPrior(5), lambda k: 1 / k, lambda k: 1 / k),
        (Oracle(), lambda k: 1, lambda k: 1),
        (KnowsQuestions(5, 0.6), lambda k: 0.6 + 0.4 / k, lambda k: 0.6),
        (KnowsPasses(5, 0.8), lambda k: 0.8 + 0.2 / k, lambda k: 0.8 ** (k - 1)),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_scores_are_the_closed_forms(model, vanilla, circular, k):
    right = outcomes(model, [passes(group, k, k) for group in range(1, QUESTIONS + 1)])
    assert agrees(right[:, 0], vanilla(k))
    assert agrees(right.all(1), circular(k))


def test_the_text_alone_is_right_in_all_passes_or_in_none():
    right = outcomes(TextPrior(1), [passes(group, 4, 0) for group in range(1, 200)])
    assert (right.all(1) == right.any(1)).all()


def test_the_longest_option_is_preferred():
    row = passes(7, 4, 0)[0]
    longer = Row(**{**row.__dict__, "options": {**row.options, "C": "an option that says far more"}})
    assert asyncio.run(TextPrior(3).answer(longer, "")).text == "C"


def test_what_is_answered_depends_on_the_seed_and_the_pass_alone():
    rows = [row for group in range(1, 60) for row in passes(group, 4, 0)]

    def replies(model: Model, asked: list[Row]) -> dict[int, str]:
        return {row.index: asyncio.run(model.answer(row, "")).text for row in asked}

    for name, make in BASELINES.items():
        if name == "cnn":
            continue
        assert replies(make(0), rows) == replies(make(0), rows[::-1])
        json.dumps(dict(make(0).parameters))
    assert replies(Uniform(0), rows) != replies(Uniform(1), rows)
    favourite = Counter(replies(PositionBiased(0), rows).values())
    assert favourite.most_common(1)[0][0] == "B"


def test_each_model_has_a_name_and_settings_of_its_own():
    models = [make(3) for make in BASELINES.values()]
    assert len({model.name for model in models}) == len(models)
    assert Uniform(3).parameters != Uniform(4).parameters


def test_the_network_reaches_what_its_file_says():
    """From the file's bytes to the score: NumPy here, torch when it was trained."""
    model, rows = BASELINES["cnn"](0), plotbench(SEED).rows
    hits = [asyncio.run(model.answer(row, "")).text == row.answer for row in rows]
    with safe_open(network.FILE, "np") as file:
        said = json.loads(file.metadata()["accuracy on the benchmark"])
    assert np.mean(hits) == pytest.approx(said["all"], abs=1.5 / len(rows))  # pictures may differ by a rounding
    assert np.mean(hits) > 0.5 and network.FILE.stat().st_size < 1_000_000


def test_the_network_is_the_one_that_was_trained():
    import torch

    from playground.evaluation.mmbench.baselines.train_network import TRAINING_SEEDS, Trained

    net, loaded = network.network(), Trained(len(network.network().places)).eval()
    with safe_open(network.FILE, "pt") as file:
        loaded.load_state_dict({name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118
    x = np.random.default_rng(0).random((3, 3, network.SIDE, network.SIDE), np.float32)
    with torch.no_grad():
        expected = loaded(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(net.logits(x), expected, rtol=1e-4, atol=1e-4)
    assert SEED not in TRAINING_SEEDS


def test_the_network_refuses_what_it_never_saw():
    with pytest.raises(UserError):
        asyncio.run(BASELINES["cnn"](0).answer(passes(1, 4, 0)[0], ""))


def test_the_server_can_hold_all_of_it_without_torch():
    lines = (
        "import sys, playground.evaluation.mmbench.baselines.catalogue as c",
        "import playground.evaluation.mmbench.plotbench.benchmark as b",
        "c.BASELINES['cnn'](0).parameters, b.plotbench()",
        "assert not {'torch', 'sklearn', 'matplotlib'} & set(sys.modules)",
    )
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True, cwd=ROOT)
