"""What the model computes for the panels of a GAN on the plane."""
