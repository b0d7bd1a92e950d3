"""The panels of a detector: one file for each, with its dials and its drawing."""

PANELS = ("tamper", "token", "portions", "probe", "live")
"""In the order of the page."""
