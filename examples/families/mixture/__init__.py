"""A mixture of Gaussians, trained by its likelihood: the template of a family."""
