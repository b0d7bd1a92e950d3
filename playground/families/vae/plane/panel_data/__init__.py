"""What the model computes for the panels."""
