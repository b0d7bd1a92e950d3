"""Sequences of tokens to learn from: tasks whose right answer is known, and the characters of a text."""
