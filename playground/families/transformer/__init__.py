"""Transformers and recurrent networks, trained on the same sequences of tokens."""
