"""Pipelines of the diffusers library that somebody else trained: where they may lie, what is read of them, and who
computes with them."""
