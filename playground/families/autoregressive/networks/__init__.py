"""The networks: each gives, for every bit, the log odds that it is set, given the bits before it."""
