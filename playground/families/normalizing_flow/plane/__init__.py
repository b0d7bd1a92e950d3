"""Flows of points of the plane, whose true density is known."""
