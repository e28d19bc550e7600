"""The product under strain, for minutes rather than seconds: `make soak`; on this machine alone."""
