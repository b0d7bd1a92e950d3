"""What depends on the data being tokens."""
