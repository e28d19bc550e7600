"""Statistics: arrays in, frozen Estimate out; one file, summarise, where labels meet arrays."""
