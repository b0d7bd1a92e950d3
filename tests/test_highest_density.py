"""Highest density regions against a Gaussian's closed form."""

import numpy as np

from playground.metrics.highest_density import LEVELS, share_below


def test_the_regions_of_a_gaussian_are_its_discs():
    """Of a standard Gaussian of the plane, exp(-r^2 / 2) of the mass lies outside the radius r."""
    axis = np.linspace(-6, 6, 241)
    square = axis[:, None] ** 2 + axis**2
    share = share_below(np.exp(-square / 2)[None])[0]
    assert np.abs(share - np.exp(-square / 2)).max() < 8e-3  # cells of 0.05; several are equal


def test_each_level_encloses_its_mass():
    density = np.random.default_rng(0).gamma(0.5, size=(3, 40, 40))
    for grid, share in zip(density, share_below(density), strict=True):
        for level in LEVELS:
            assert abs(grid[share > level].sum() / grid.sum() - (1 - level)) < 0.01
