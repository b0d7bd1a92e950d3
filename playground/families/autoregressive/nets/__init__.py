"""The networks: each says, for every bit, the log odds that it is set, given those before it."""
