"""Autoencoders of points on the plane."""
