"""What a model on the plane computes for its panels, one to a file, named as in `panels`."""
