"""The panels of a model on the plane: dials, and scenes of what `panel_data` computes for them. No torch here."""

PANELS = (
    "samplers",
    "rectified",
    "curves",
    "network",
    "sdes",
    "marginals",
    "likelihood",
    "heat",
    "schedules",
)
"""In the order of the page."""
