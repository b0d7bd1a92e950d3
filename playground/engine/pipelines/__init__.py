"""Pretrained pipelines of the diffusers library: allowed locations, safe loading, and the process that runs them."""
