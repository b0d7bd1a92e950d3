"""Variational autoencoders: an encoder maps data to posteriors over latent codes, a decoder maps codes to distributions
over data, and both are trained with one lower bound on the likelihood."""
