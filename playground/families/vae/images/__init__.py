"""Autoencoders of small pictures."""
