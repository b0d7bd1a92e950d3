"""Texts to learn from: what ships, and short ones."""

from playground.data.tokens.text import shipped

from .server import ROOT

FILES = ROOT / "tests" / "data" / "files"
ENGLISH, CHINESE = shipped("alice"), shipped("four_books")
SHORT = "The quick brown fox jumps over the lazy dog.\n" * 40
ACCENTS = "Où est l'été? Über Mädchen, naïve cafés, señor. " * 40
