"""The panels of a model of the plane: one file for each, with its dials and its drawing."""

PANELS = ("cells", "slice")
