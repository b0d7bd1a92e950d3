"""Normalizing flows: chains of invertible maps that carry a Gaussian into any distribution and back."""
