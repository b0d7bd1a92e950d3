"""What a flow of images computes for its panels."""
