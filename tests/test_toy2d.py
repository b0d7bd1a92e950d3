"""Densities against quadrature, samples against densities, entropies against published figures.

Seeds are fixed, so a test that passes once passes always. The error rates stated are what a fresh seed
would risk with correct code.
"""

import pickle

import numpy as np
import pytest
from scipy import integrate, stats
from sklearn import datasets

from playground.core.errors import UserError
from playground.data.plane.distribution import lattice
from playground.data.plane.distributions import (  # fmt: skip
    DISTRIBUTIONS,
    Checkerboard,
    Moons,
    Pinwheel,
    Rings,
    SCurve,
    Spiral,
    SwissRoll,
    circle,
    get,
    grid,
)

NAMES = list(DISTRIBUTIONS)
every = pytest.mark.parametrize("name", NAMES)


def midpoints(d):
    """Centres of a square grid that covers the support, and the area of a cell."""
    n = 8 * int(np.ceil(max(200, 4 * d.reach / d.finest) / 8))  # a multiple of 8 fits the checkerboard
    step = 2 * d.reach / n
    axis = -d.reach + step * (np.arange(n) + 0.5)
    return lattice(axis, axis), step**2


def test_all_that_was_promised_is_there():
    promised = "moons ring rings 8gaussians 25gaussians 2gaussians pinwheel swissroll spiral checkerboard scurve line"
    assert set(promised.split()) | {"8narrow", "25narrow"} == set(NAMES)


@every
def test_density_integrates_to_one(name):
    d = get(name)
    x, area = midpoints(d)
    assert np.exp(d.log_prob(x)).sum() * area == pytest.approx(1, abs=1e-3)


@every
def test_cell_masses_are_those_of_the_density(name):
    d = get(name)
    x, area = midpoints(d)
    edges = np.linspace(-d.reach, d.reach, 9)
    masses = d.cell_masses(edges)
    p = np.exp(d.log_prob(x)) * area
    side = int(len(p) ** 0.5)
    brute = p.reshape(8, side // 8, 8, side // 8).sum((1, 3))
    assert masses.sum() == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(masses, brute, atol=1e-3)


def chi_square(x, d, bins=24):
    """p-value of samples `x` against exact cell masses; cells expecting under 10 are pooled."""
    edges = np.linspace(*d.bounds, bins + 1)
    expected = len(x) * d.cell_masses(edges).ravel()
    seen = np.histogram2d(x[:, 0], x[:, 1], bins=(edges, edges))[0].ravel()
    full = expected >= 10
    seen, expected = np.append(seen[full], len(x) - seen[full].sum()), np.append(expected[full], 0)
    expected[-1] = len(x) - expected.sum()
    keep = expected > 0.5
    assert seen[~keep].sum() <= 5
    return stats.chi2.sf(((seen - expected)[keep] ** 2 / expected[keep]).sum(), keep.sum() - 1)


@every
def test_samples_agree_with_the_density(name):
    """Chi-square at level 1e-4 each: error rate .0014 over all."""
    d = get(name)
    x = d.sample(50_000, np.random.default_rng(1))
    assert chi_square(x, d) > 1e-4


@every
def test_samples_and_density_agree_within_a_cell(name):
    """Two-sample test by energy distance on log p, samples against points drawn from the density on a fine
    grid: 199 permutations, level .005 each, error rate .07 over all for a fresh seed."""
    d, rng = get(name), np.random.default_rng(2)
    grid_points, area = midpoints(d)
    log_p = d.log_prob(grid_points)
    p = np.exp(log_p)
    step = area**0.5
    drawn = grid_points[rng.choice(len(p), 2000, p=p / p.sum())] + step * (rng.random((2000, 2)) - 0.5)
    a, b = d.sample(2000, rng).astype(float), drawn
    if name == "checkerboard":  # its log p is constant: compare the place within a cell
        a, b = np.mod(a / d.cell, 1)[:, 0], np.mod(b / d.cell, 1)[:, 0]
    else:
        a, b = d.log_prob(a), d.log_prob(b)
    pool = np.concatenate([a, b])
    observed = stats.energy_distance(a, b)
    shuffled = [stats.energy_distance(*np.split(rng.permutation(pool), 2)) for _ in range(199)]
    assert sum(s >= observed for s in shuffled) >= 1


def test_the_two_checks_notice_a_wrong_noise():
    x = Moons(noise=0.11).sample(50_000, np.random.default_rng(1))
    assert chi_square(x, get("moons")) < 1e-9


@pytest.mark.parametrize("name", ["8gaussians", "25gaussians", "2gaussians", "8narrow", "25narrow"])
def test_mixture_noise_is_normal(name):
    """Kolmogorov-Smirnov at level 1e-3 each."""
    d = get(name)
    x = d.sample(5000, np.random.default_rng(3))
    nearest = np.linalg.norm(x[:, None] - d.modes, axis=2).argmin(1)
    assert stats.kstest(((x - d.modes[nearest]) / d.mode_std).ravel(), "norm").pvalue > 1e-3


@every
def test_entropy_agrees_with_monte_carlo(name):
    """Within 4 standard errors: error rate 6e-5 each."""
    d = get(name)
    log_p = d.log_prob(d.sample(20_000, np.random.default_rng(4)))
    assert abs(-log_p.mean() - d.entropy) <= 4 * log_p.std() / 20_000**0.5 + 1e-12


# FFJORD divides by 1.414; its uniform jitter on [0, .5] / 3 has the mean 1/12 and the variance 1/432.
PUBLISHED = [
    ("8 gaussians, FFJORD", circle(8, 4 / 1.414, 0.5 / 1.414), 2.8319, 1e-4),
    ("8 gaussians, torchcfm", circle(8, 5, 0.1**0.5), 2.6147, 1e-4),
    ("moons .05", Moons(noise=0.05, scale=1), 0.2892, 1e-4),
    ("moons .1", Moons(noise=0.1, scale=1), 1.0076, 1e-4),
    ("moons .1 x 2", Moons(noise=0.1, scale=2), 2.3939, 1e-4),
    ("checkerboard", Checkerboard(cell=2), 3.4657, 1e-4),
    ("rings, FFJORD", Rings(radii=(0.75, 1.5, 2.25, 3), noise=0.08), 2.6232, 1e-4),
    ("8 narrow", get("8narrow"), -2.9067, 1e-4),
    ("25 narrow", get("25narrow"), 0.0653, 1e-4),
    ("pinwheel", Pinwheel(scale=2), 2.32, 0.01),
    ("two spirals", Spiral(noise=3 * (0.01 + 1 / 432) ** 0.5, scale=1 / 3, shift=0.25), 2.65, 0.01),
    ("swiss roll", SwissRoll(noise=1, scale=0.2), 2.67, 0.01),
]


@pytest.mark.parametrize("d, entropy, within", [p[1:] for p in PUBLISHED], ids=[p[0] for p in PUBLISHED])
def test_published_entropies(d, entropy, within):
    assert d.entropy == pytest.approx(entropy, abs=within)


def test_mixture_equals_scipy():
    d = circle(8, 2.0, 0.3)
    x = np.random.default_rng(5).uniform(-4, 4, (50, 2))
    density = np.mean([stats.multivariate_normal(m, 0.09).pdf(x) for m in d.modes], axis=0)
    np.testing.assert_allclose(d.log_prob(x), np.log(density), rtol=1e-10)


def test_rings_equal_the_average_over_angles():
    d = get("rings")
    x = d.sample(200, np.random.default_rng(6)).astype(float)
    angle = 2 * np.pi * np.arange(512) / 512
    dots = np.concatenate([r * np.stack([np.cos(angle), np.sin(angle)], 1) for r in d.radii])
    squares = ((x[:, None] - dots) ** 2).sum(2)
    density = np.exp(-squares / (2 * d.noise**2)).mean(1) / (2 * np.pi * d.noise**2)
    np.testing.assert_allclose(d.log_prob(x), np.log(density), atol=1e-9)


@pytest.mark.parametrize("name", ["moons", "scurve", "swissroll", "spiral", "line"])
def test_curves_equal_adaptive_quadrature(name):
    d = get(name)
    for x in d.sample(8, np.random.default_rng(7)).astype(float):
        total = 0.0
        for arm in d.arms:

            def at_quantile(s, arm=arm, x=x):  # u = s^2 smooths the spirals' root at their centre
                square = ((x - d.scale * arm.draw(np.array([s * s]))[0]) ** 2).sum()
                return 2 * s * np.exp(-square / (2 * d.std**2)) / (2 * np.pi * d.std**2)

            cuts = np.linspace(0, 1, 60)
            total += sum(integrate.quad(at_quantile, a, b)[0] for a, b in zip(cuts, cuts[1:], strict=False))
        assert d.log_prob(x[None])[0] == pytest.approx(np.log(total / len(d.arms)), abs=1e-5)


def test_line_equals_its_closed_form():
    d = get("line")
    x = np.random.default_rng(8).uniform(-2, 2, (500, 2))
    along, across = (x[:, 0] + x[:, 1]) / 2**0.5, (x[:, 0] - x[:, 1]) / 2**0.5
    half = d.scale * 2**0.5
    norm = stats.norm(scale=d.std)
    expected = np.log((norm.cdf(along + half) - norm.cdf(along - half)) / (2 * half)) + norm.logpdf(across)
    near = expected > -12
    np.testing.assert_allclose(d.log_prob(x)[near], expected[near], atol=1e-5)


@pytest.mark.parametrize(
    "d, points",
    [
        (Moons(noise=0.1, scale=1), lambda n: datasets.make_moons(n, noise=0.1, random_state=0)[0] - (0.5, 0.25)),
        (SwissRoll(noise=1, scale=0.2), lambda n: datasets.make_swiss_roll(n, noise=1, random_state=0)[0][:, ::2] / 5),
        (SCurve(noise=0.1, scale=1), lambda n: datasets.make_s_curve(n, noise=0.1, random_state=0)[0][:, ::2]),
    ],
    ids=["moons", "swissroll", "scurve"],
)  # fmt: skip
def test_scikit_learn_draws_from_the_same_density(d, points):
    """Its samples have our entropy as mean -log p, within 4 standard errors: error rate 6e-5 each."""
    log_p = d.log_prob(points(20_000))
    assert abs(-log_p.mean() - d.entropy) < 4 * log_p.std() / 20_000**0.5


def test_outside_the_checkerboard_there_is_nothing():
    d = get("checkerboard")
    assert d.log_prob(np.array([[0.1, -0.1], [-0.1, 0.1], [2.6, 0.1], [9, 9]])).tolist() == [-np.inf] * 4
    assert np.isfinite(d.log_prob(d.sample(200_000, np.random.default_rng(9)))).all()


@every
def test_sampling_follows_the_generator(name):
    d = get(name)
    a, b, c = (d.sample(300, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert a.shape == (300, 2) and a.dtype == np.float32
    assert np.array_equal(a, b) and not np.array_equal(a, c)
    assert d.sample(0, np.random.default_rng(1)).shape == (0, 2)


@every
def test_the_frame_holds_the_samples(name):
    d = get(name)
    x = d.sample(20_000, np.random.default_rng(10))
    assert np.mean(np.abs(x) > d.half_width) < 1e-3
    assert d.bounds == (-d.half_width, d.half_width) and d.title and d.name == name


@every
def test_distributions_travel_and_are_keys(name):
    d = get(name)
    again = pickle.loads(pickle.dumps(d))
    assert again == d and hash(again) == hash(d)
    x = np.zeros((1, 2))
    assert again.log_prob(x) == d.log_prob(x)


def test_far_tails_stay_finite():
    x = np.array([[1e3, -1e3], [40.0, 40.0]])
    for name in set(NAMES) - {"checkerboard"}:
        assert np.isfinite(get(name).log_prob(x)).all()


def test_grid_and_circle_have_their_modes():
    assert grid(5, 2.0, 0.05).modes.shape == (25, 2) and np.abs(grid(5, 2.0, 0.05).modes).max() == 4
    np.testing.assert_allclose(np.linalg.norm(circle(8, 2.0, 0.02).modes, axis=1), 2)
    assert get("moons").modes is None and get("ring").mode_std is None


def test_an_unknown_name_is_refused_with_the_choices():
    with pytest.raises(UserError, match="moon.*8gaussians.*25narrow"):
        get("moon")
