"""What families share to learn: one update as a function, optimisers, batches, ensembles."""
