"""A small built-in benchmark in the manner of MMBench: questions on pictures of 2D toy data and of the playground's
own plots. Everything, the keys too, is computed from a seed."""
