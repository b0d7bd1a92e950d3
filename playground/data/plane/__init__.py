"""Points on the plane, with exact densities, and a visitor's own."""
