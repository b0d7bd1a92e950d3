"""Small pictures."""
