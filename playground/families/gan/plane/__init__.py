"""A GAN of points of the plane: what is seen of it, and how it is drawn."""
