"""Models of points of the plane, cut into cells."""
