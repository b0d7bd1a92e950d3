"""Shared by all pages: language, settings as widgets, links, the layout of a lesson."""
