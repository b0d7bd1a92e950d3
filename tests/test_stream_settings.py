"""Settings choose streams; labels can be shuffled; what a linear classifier finds in single frames."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from playground.core.config import parse, specs
from playground.data.dataset import dataset_of
from playground.data.in_words import own_picture, value_text
from playground.data.settings import DATA, STREAM_DATA
from playground.data.stream_settings import StreamConfig
from playground.data.streams.catalogue import dots
from playground.data.streams.stick_figure import StickFigure
from playground.data.streams.stream_data import StreamData
from playground.data.streams.watch import Watch
from playground.metrics import linear_probe

STICK, WATCH = StickFigure(), Watch()


@pytest.mark.parametrize("name", STREAM_DATA)
def test_settings_choose_the_data(name):
    config = parse(StreamConfig, {"data": name})
    data: StreamData = config.streams
    assert data is not None and (data.name, data.title) == (name, DATA[name].title)
    assert config.domain == data.domain == DATA[name].domain == "streams" and dataset_of(config) == data
    assert parse(StreamConfig, {"data": name, "shuffled": True}).streams == type(data)(
        **{**vars(data), "shuffled": True}
    )
    assert data.description and len(data.class_names) == data.classes and data.fps == 10
    assert np.array_equal(data.dots(), dots(name)) and len(dots(name)) >= 40
    assert dots(name).min() >= 0 and dots(name).max() <= 1


def test_own_features_are_told_by_their_size_and_have_a_sign():
    spec = next(s for s in specs(StreamConfig) if s.name == "own_streams")
    assert value_text(spec, "", str) == "30,000 frames" and value_text(spec, "broken", str) == "0 frames"
    assert len(own_picture({"data": "own_streams", "own_streams": ""})) > 100


def test_shuffled_labels_are_the_same_labels_and_say_nothing():
    """A linear probe gains bits with the labels in place, and none with them shuffled."""
    shuffled = StickFigure(shuffled=True)
    for part in STICK.split:
        a, b = STICK.pooled(part), shuffled.pooled(part)
        assert np.array_equal(a.features, b.features) and not np.array_equal(a.labels, b.labels)
        assert np.array_equal(np.bincount(a.labels), np.bincount(b.labels))
    gains = []
    for data in (STICK, shuffled):
        labels, scores = data.pooled("test").labels, linear_probe.probe_scores(data)
        frequencies = np.bincount(data.pooled("train").labels) / len(data.pooled("train"))
        gains.append(np.mean(np.log(scores[np.arange(len(labels)), labels]) - np.log(frequencies[labels])))
    assert gains[0] > 0.2 and abs(gains[1]) < 0.03


def test_the_probe_is_that_of_scikit_learn():
    x, labels = WATCH.part("valid"), WATCH.pooled("valid").labels
    ours = linear_probe.fit(x, labels, WATCH.classes).probabilities(x)
    theirs = LogisticRegression(C=1 / linear_probe.PENALTY, tol=1e-8, max_iter=2000).fit(x, labels).predict_proba(x)
    assert ours.sum(1) == pytest.approx(np.ones(len(x))) and np.abs(ours - theirs).max() < 2e-3
