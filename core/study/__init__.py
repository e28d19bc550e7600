"""A grid of runs: planned, trained by worker processes, resumed after anything, gathered in one tidy table."""
