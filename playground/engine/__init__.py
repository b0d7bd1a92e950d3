"""Computing runs, storing them, and serving them to viewers."""
