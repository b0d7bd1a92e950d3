"""Invertible maps, one in each file: the map, its inverse, and the logarithm of its Jacobian's determinant."""
