"""What a model of the plane computes for its panels: one file for each, of the same name as its drawing."""
