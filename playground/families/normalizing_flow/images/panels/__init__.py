"""The panels of flows of images. No torch here."""

PANELS = ("generation", "interpolation", "attribute", "inpainting")
