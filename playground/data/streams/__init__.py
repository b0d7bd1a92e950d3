"""Streams: frames that arrive one after the other, each of them background or part of an action."""
