"""Models of binary vectors: digits, XOR triples and tables from files."""
