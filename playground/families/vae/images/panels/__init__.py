"""The panels under the stage, in the order of the page."""

PANELS = ("latent", "walk", "drawing", "blur", "signals")
