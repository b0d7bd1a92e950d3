"""Lessons, their questions, and rooms in which a class works through them. Knows no screen and no socket."""
