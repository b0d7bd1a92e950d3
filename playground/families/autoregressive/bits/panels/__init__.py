"""The panels of a model of bits: one file for each, with its dials and its drawing."""

PANELS = ("completion", "conditionals", "matters", "leak", "orders", "density", "bits")
