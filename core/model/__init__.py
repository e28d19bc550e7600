"""The two-path forecaster: layers, crossing, merge, and the whole."""
