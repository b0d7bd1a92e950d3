"""The panels under the stage, in the order of the page."""

PANELS = ("latent", "blur", "signals", "gradients")
