"""What a model of images computes for its panels, one to a file, named as in `panels`."""
