"""Where runs compute, what is kept of them, and who looks at them."""
