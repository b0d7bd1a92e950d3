"""Mixtures on the plane."""
