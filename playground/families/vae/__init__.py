"""Variational autoencoders: an encoder guesses the code of each piece of data, a decoder makes data of codes, and both
learn by one bound on the likelihood."""
