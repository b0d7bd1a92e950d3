"""Small images: the network, what is drawn, scored, and asked of a model."""
