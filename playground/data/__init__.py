"""Data to learn from, a folder for each domain: points on the plane, images, vectors of bits."""
