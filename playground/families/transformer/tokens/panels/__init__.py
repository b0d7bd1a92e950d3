"""The panels of a model of sequences: one file for each, with its dials and its drawing."""

PANELS = ("attends", "head", "generate", "positions", "reach", "time")
