"""Invertible maps, one in each file: the map, its inverse, and its log-determinant log|det J|."""
