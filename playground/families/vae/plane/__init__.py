"""VAEs of points on the plane."""
