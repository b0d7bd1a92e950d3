"""Autoregressive models: the probability of each number, given those before it."""
