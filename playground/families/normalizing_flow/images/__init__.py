"""Flows of small images, which have no density to compare with."""
