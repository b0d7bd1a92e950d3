"""Diffusion, score SDEs and flow matching on the plane: one time axis, from the data at 0 to noise at 1."""
