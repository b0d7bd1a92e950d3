"""What the panels draw, computed by the model."""
