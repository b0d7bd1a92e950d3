"""The arena: one distribution, every family, one budget, one scorecard. No torch here: the server reads it."""
