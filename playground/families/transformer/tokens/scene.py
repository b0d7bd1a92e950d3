"""Frame -> what is drawn of a model of sequences: tokens as they are written, what each reads, and the curves."""

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import Chart, Layer, Scene, Series, Tokens, TokenState
from playground.data.tokens.task import TokenTask
from playground.data.tokens.text import TextTask

from ..config import RECURRENT, TransformerConfig
from .diagram import diagram
from .reads import Labels, Read, along_generation, main_read, other_reads
from .sequences import generated, moments_of, predicted, probabilities, shown_rows, trajectory
from .vectors import accuracy_bars, attention_layers, state_layers, vector_layers

ORDER = 5
"""Characters of the n-grams that a text is compared with."""


def scene(frame: Frame, config: TransformerConfig) -> Scene:
    """What is drawn of a frame: see `View.snapshot` for the arrays."""
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    task = config.task
    labels = Labels.of(config, task, a["rows"][0])
    moments = moments_of(task)
    read = main_read(a, config, labels)
    layers = (
        generated(a, task, moments),
        predicted(a, task),
        *_reads(read, moments, task),
        *other_reads(a, labels),
        _input(a, task),
        *vector_layers(a),
        *attention_layers(a, labels),
        *state_layers(a),
        probabilities(a, task),
        accuracy_bars(a["accuracy"]),
    )
    text = isinstance(task, TextTask)
    judged = a["judged"] > 0
    return Scene(
        layers,
        legend=LEGENDS[text, read.role],
        words=N_("At step {step}, {right} % of the tokens shown are right, given the right ones before them."),
        values={"step": str(frame.step), "right": f"{100 * float(a['right'][judged].mean()):.0f}"},
        extent=(0.0, 1.0, 0.0, 1.0),
        diagram=diagram(a, labels),
        trajectory=trajectory(a, moments),
    )


LEGENDS = {
    (False, "field"): N_(
        "A token of the answer is [field:correct] or [gradient:wrong], with the right one below. Of the first row: "
        "which tokens each answer [field:attends] to."
    ),
    (False, "gradient"): N_(
        "A token of the answer is [field:correct] or [gradient:wrong], with the right one below. Of the first row: how "
        "strongly each answer [gradient:depends on] each token read."
    ),
    (True, "field"): N_(
        "The first quarter of each line is given; the rest is [generated:written] by the model. Of the first text: "
        "which characters each one [field:attends] to."
    ),
    (True, "gradient"): N_(
        "The first quarter of each line is given; the rest is [generated:written] by the model. Of the first text: how "
        "strongly each character [gradient:depends on] those read."
    ),
}
"""By whether it is a text, and the colour of what is read."""


def _reads(read: Read, moments: np.ndarray, task: TokenTask) -> tuple[Layer, ...]:
    """What the stage shows at first of what is read, as links and as a matrix."""
    links, matrix = read.links(share=1.2), read.matrix()
    weights = along_generation(read.weights, moments, len(read.weights) - int(moments[-1]))
    if weights is None:
        return links, matrix
    return replace(links, weights=weights, trajectory=True), replace(matrix, values=weights, trajectory=True)


def _input(a: dict[str, np.ndarray], task: TokenTask) -> Tokens:
    rows = a["rows"][: shown_rows(task)].astype(int)
    return Tokens(
        name="input", title=N_("Sequences"), role="data", stage=False, ids=rows,
        states=np.full(rows.shape, TokenState.GIVEN), vocabulary=task.vocabulary,
    )  # fmt: skip


def charts(config: TransformerConfig) -> tuple[Chart, ...]:
    """The curves, with what they are to be compared with."""
    task = config.task
    split = bool(task.split)
    memoryless = ((task.memoryless, task.memoryless_title),) if task.memoryless is not None else ()
    own = (Series("train_nats", N_("of training data"), "data"),) if split else ()
    loss = Chart(
        "loss",
        N_("Loss per token"),
        (
            Series("loss", N_("of the batch"), "field"),
            *own,
            Series("nats", N_("of held-out data") if split else N_("of fresh data"), "generated"),
        ),
        unit=N_("nats"),
        guides=memoryless,
        low=0.0,
        high=1.5 * task.memoryless if task.memoryless is not None else None,
    )
    measured = _bits(task) if isinstance(task, TextTask) else _correct(split)
    return (
        (loss, measured, _gradient(config)) if config.model in RECURRENT or config.norm == "post" else (loss, measured)
    )


def _correct(split: bool) -> Chart:
    own = (Series("train_accuracy", N_("tokens of training data"), "data"),) if split else ()
    return Chart(
        "correct",
        N_("Share that is correct"),
        (*own, Series("accuracy", N_("tokens"), "field"), Series("exact_match", N_("whole answers"), "generated")),
        low=0.0,
        high=1.02,
    )


def _bits(task: TextTask) -> Chart:
    return Chart(
        "bits",
        N_("Bits per character"),
        (Series("train_bits", N_("of training text"), "data"), Series("bits", N_("of held-out text"), "generated")),
        unit=N_("bits"),
        guides=((five_gram_bits(task), N_("5-gram, held-out text")),),
    )


def _gradient(config: TransformerConfig) -> Chart:
    return Chart(
        "grad",
        N_("Length of the gradient"),
        (Series("grad", N_("before clipping"), "gradient"),),
        guides=((config.clip, N_("clipped here")),),
        log=True,
    )


@lru_cache(maxsize=16)  # a page asks again at every click
def five_gram_bits(task: TextTask) -> float:
    """Bits for a held-out character, of n-grams with back-off that know the same training text, in the same windows:
    neither sees what stands before them."""
    windows = tuple(task.part("valid").astype(np.int64))
    return task.ngram(ORDER).nats(windows) / math.log(2)
