"""Data to learn from. `toy2d` holds the plane's classics with their exact densities."""
