"""The panels of flows of the plane. No torch here."""

PANELS = ("density", "generation", "inpainting", "stretching")
