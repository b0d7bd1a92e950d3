"""The panels of a model of images: dials, and scenes of what `panel_data` computes for them. No torch here."""

PANELS = ("samplers", "curves", "guidance", "network")
"""In the order of the page."""
