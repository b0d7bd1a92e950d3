"""PlotBench's keys are found again from what the pictures show, by other means than the generator's."""

import numpy as np
import pytest
from scipy import ndimage, optimize
from scipy.spatial import KDTree
from sklearn.cluster import DBSCAN

from playground.evaluation.mmbench.plotbench import clouds, instance, logic, property, relation
from playground.evaluation.mmbench.plotbench.item import Item, Source
from playground.evaluation.mmbench.plotbench.kinds import KINDS

SEEDS = (0, 1, 2)


def items(kind: str, seeds: tuple[int, ...] = SEEDS) -> list[Item]:
    return [KINDS[kind].make(Source(kind, seed, k)) for seed in seeds for k in range(KINDS[kind].count)]


def test_the_family_is_the_most_likely_one():
    for item in items("data_family", (0,)):
        points = item.truth["points"][:120]
        angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
        likelihoods = {
            name: max(
                family.log_prob(clouds.turned(points, -angle)).mean()
                for angle in ([0.0] if name in clouds.UPRIGHT else angles)
            )
            for name, family in clouds.FAMILIES.items()
        }
        assert max(likelihoods, key=likelihoods.__getitem__) == item.right


def test_the_noise_is_the_spread_about_the_ring():
    rings = [item for item in items("noise_level", tuple(range(6))) if item.truth["curve"] == "ring"]
    for item in rings:
        spread = np.linalg.norm(item.truth["points"], axis=1).std()
        expected = "almost none" if spread < 0.06 else "some" if spread < 0.3 else "so much"
        assert item.right.startswith(expected)
    assert len({item.right for item in rings}) == 3


def test_the_densest_quadrant_has_the_most_points():
    for item in items("densest_quadrant"):
        counts, _, _ = np.histogram2d(*item.truth["points"].T, bins=[[-3, 0, 3]] * 2)  # first index along x
        x, y = np.unravel_index(counts.argmax(), counts.shape)
        assert item.right == f"{('lower', 'upper')[y]} {('left', 'right')[x]}"
        first, second = np.sort(counts.ravel())[:-3:-1]
        assert first > 1.8 * second  # can be seen


def test_the_number_is_the_horizontal_axis_largest():
    for item in items("axis_number"):
        assert int(item.right) == max(map(int, item.truth["horizontal"]))
        assert str(max(map(int, item.truth["vertical"]))) in item.wrong  # who reads the other axis is wrong


def test_the_marker_is_that_of_the_outermost_cluster():
    for item in items("cluster_marker"):
        along = {"highest": (1, 1), "lowest": (1, -1), "farthest to the left": (0, -1)}
        coordinate, sign = next((v for words, v in along.items() if words in item.question), (0, 1))
        extremes = [sign * np.median(xy[:, coordinate]) for xy, _, _ in item.truth["groups"]]
        assert item.truth["groups"][int(np.argmax(extremes))][2] == item.right


def test_two_clusters_are_compared_as_they_are_drawn():
    for item in items("wider_cluster"):
        blue, orange = (np.ptp(item.truth[name], axis=0).prod() for name in ("blue", "orange"))
        assert ("blue" in item.right) == (blue > orange)
    for item in items("left_of"):
        blue, orange = item.truth["blue"][:, 0], item.truth["orange"][:, 0]
        assert ("left" in item.right) == (orange.max() < blue.min() + 0.6 and orange.mean() < blue.mean())


def test_the_matching_panel_is_of_the_given_family():
    for item in items("matching_panel"):
        given, shown = item.truth["given"], item.truth["panels"]
        assert len(set(shown)) == 3 and shown[int(item.right[-1]) - 1] == given


def test_clusters_are_counted_as_dbscan_does():
    for item in items("modes"):
        labels = DBSCAN(eps=0.35, min_samples=4).fit_predict(item.truth["points"])
        assert int(item.right) == labels.max() + 1


def test_holes_are_connected_places_far_from_all_points():
    axis = np.linspace(-2.5, 2.5, 101)
    grid = np.stack(np.meshgrid(axis, axis), -1)
    for item in items("holes"):
        far = KDTree(item.truth["points"]).query(grid.reshape(-1, 2))[0].reshape(grid.shape[:2]) > 0.25
        assert property.HOLES[ndimage.label(far)[1]] == item.right


def test_a_line_separates_if_some_direction_does():
    directions = np.stack([np.cos(a := np.linspace(0, np.pi, 1000)), np.sin(a)])
    for item in items("separability"):
        blue, orange = item.truth["blue"] @ directions, item.truth["orange"] @ directions
        gap = np.maximum(orange.min(0) - blue.max(0), blue.min(0) - orange.max(0)).max()
        assert item.right.startswith("yes" if gap > 0 else "no")
        assert abs(gap) > 0.2  # can be seen


def test_hulls_find_a_line_wherever_a_linear_program_does():
    chance = np.random.default_rng(0)
    found = []
    for _ in range(200):
        a = chance.normal(size=(chance.integers(3, 30), 2))
        b = chance.normal(size=(chance.integers(3, 30), 2)) + 2 * chance.normal(size=2)
        sides = np.concatenate([np.c_[a, np.ones(len(a))], -np.c_[b, np.ones(len(b))]])
        line = optimize.linprog(np.zeros(3), -sides, -np.ones(len(sides)), bounds=(None, None)).status == 0
        assert property.separable(a, b) == property.separable(b, a) == line
        found.append(line)
    assert 50 < sum(found) < 150


def test_at_the_dropped_mode_there_is_nothing():
    for item in items("dropped_mode"):
        made, centres = item.truth["generated"], item.truth["centres"]
        near = [(np.linalg.norm(made - centre, axis=1) < 0.5).sum() for centre in centres]
        assert item.right == f"mode {near.index(0) + 1}" and sorted(near)[1] > 20


def test_noise_moves_points_away_from_each_other():
    for item in items("diffusion_order"):
        crowded = {
            panel: np.median(KDTree(cloud).query(cloud, 6)[0][:, -1]) for panel, cloud in item.truth["clouds"].items()
        }
        assert item.right == ", ".join(sorted(crowded, key=crowded.__getitem__))


def test_losses_are_those_of_gradient_descent():
    chance = np.random.default_rng(0)
    h, truth, noise = chance.uniform(0.01, 1, (3, logic.DIRECTIONS))
    training, validation = logic.descent(h, truth, noise, rate=0.4, floor=0.2)
    turn = np.linalg.qr(chance.standard_normal((logic.DIRECTIONS,) * 2))[0]
    curvature, best = turn @ np.diag(h) @ turn.T, turn @ (truth + noise)
    w = np.zeros(logic.DIRECTIONS)
    for step in range(logic.STEPS):
        assert training[step] == pytest.approx(0.1 + (w - best) @ curvature @ (w - best))
        away = w - turn @ truth
        assert validation[step] == pytest.approx(0.2 + away @ curvature @ away)
        w = w - 0.4 * curvature @ (w - best)


def test_what_loss_curves_show_can_be_seen():
    for item in items("loss_curve"):
        training, validation = item.truth["training"], item.truth["validation"]
        assert (item.right == "divergence") == (training.max() > 3 * training[0])
        if item.right != "divergence":
            rise = (validation[-1] - validation.min()) / (validation[0] - validation.min())
            assert rise > 0.1 if item.right == "overfitting" else rise < 0.01
            assert training[-1] == training.min()


def test_the_next_frame_lies_on_the_straight_paths():
    for item in items("next_frame"):
        first, second, _ = item.truth["frames"]
        at_one = first + (second - first) * (1 - 0.3) / 0.3
        fits = [np.allclose(choice, at_one) for choice in item.truth["choices"]]
        assert fits.count(True) == 1 and item.right == f"panel {fits.index(True) + 1}"


def test_what_is_asked_for_is_what_comes_out():
    """The generator deals what is to be right and computes the key from the points: they agree."""
    for seed in SEEDS:
        for number in range(8):
            source = Source("densest_quadrant", seed, number)
            assert instance.densest_quadrant(source).right == source.deal(tuple(instance.QUADRANTS))
            source = Source("diffusion_order", seed, number)
            assert relation.diffusion_order(source).right == source.deal(relation.ORDERS)
