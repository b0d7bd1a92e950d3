"""The digits: their split, their levels, and a number of the literature's kind that depends on both."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from playground.data.dataset import dataset_of
from playground.data.images.digits import DIGITS, PART_SIZES, permutation


class Chosen:
    data, own, domain = "digits", "", "images"


def test_the_parts_are_all_pictures_once():
    assert {part: len(DIGITS.images(part)) for part in PART_SIZES} == {"train": 1200, "valid": 297, "test": 300}
    together = np.concatenate([DIGITS.images(part).reshape(-1, 64) for part in PART_SIZES])
    everything = load_digits().data.astype(np.uint8)
    assert np.array_equal(
        np.unique(together, axis=0, return_counts=True)[1], np.unique(everything, axis=0, return_counts=True)[1]
    )
    assert together.dtype == np.uint8 and together.min() == 0 and together.max() == 16 == DIGITS.levels - 1


def test_labels_belong_to_their_pictures():
    known = {
        tuple(picture.astype(np.uint8)): label
        for picture, label in zip(load_digits().data, load_digits().target, strict=True)
    }
    for part in PART_SIZES:
        pictures = DIGITS.images(part).reshape(-1, 64)
        assert [known[tuple(picture)] for picture in pictures] == list(DIGITS.labels(part))
        assert set(DIGITS.labels(part)) == set(range(10))


@pytest.mark.parametrize("n", [1, 2, 17, 1797])
def test_the_order_is_that_of_torch(n):
    order = torch.randperm(n, generator=torch.Generator().manual_seed(0)).numpy()
    assert np.array_equal(permutation(n), order)


def test_independent_pixels_score_what_is_known_of_this_split():
    train, test = DIGITS.binary("train").astype(float), DIGITS.binary("test").astype(float)
    chance = (train.sum(0) + 1) / (len(train) + 2)  # Laplace's rule of succession
    nll = -(test * np.log(chance) + (1 - test) * np.log1p(-chance)).sum(1).mean()
    assert round(nll, 2) == 25.31


def test_samples_are_training_pictures_and_decided_by_the_generator():
    first, again, other = (DIGITS.sample(300, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.shape == (300, 64) and first.dtype == np.float32
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    train = {tuple(picture) for picture in DIGITS.vectors("train")}
    assert all(tuple(picture) in train for picture in first)
    assert first.min() == 0 and first.max() == 1


def test_settings_choose_them():
    assert dataset_of(Chosen()) is DIGITS
    assert hash(DIGITS) == hash(DIGITS) and DIGITS.dim == 64 and DIGITS.modes is None


def test_pictures_are_locked():
    with pytest.raises(ValueError):
        DIGITS.images("test")[0, 0, 0] = 1
