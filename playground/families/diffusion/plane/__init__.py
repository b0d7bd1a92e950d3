"""Points of the plane: what is drawn, scored, and asked of a model."""
