"""Evaluation of models on benchmarks. No torch here: the server reads it."""
