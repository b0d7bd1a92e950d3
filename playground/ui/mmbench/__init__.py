"""The page of MMBench and CircularEval: a file for each of its parts."""
