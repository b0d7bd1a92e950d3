"""The panels of a GAN on the plane: dials and drawing."""

PANELS = ("noise",)
