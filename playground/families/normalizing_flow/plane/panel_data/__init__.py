"""What a flow of the plane computes for its panels."""
