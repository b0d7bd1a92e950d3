"""VAEs of small pictures."""
