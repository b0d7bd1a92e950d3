"""A GAN of small images: what is seen of it, and how it is drawn."""
