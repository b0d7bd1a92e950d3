"""Generative adversarial networks (Goodfellow et al. 2014): two players learn a distribution."""
