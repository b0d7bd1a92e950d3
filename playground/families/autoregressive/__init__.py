"""Autoregressive models: the chance of each number, given those before it."""
