"""CrossLens core: defines, trains, traces and measures the two-path forecaster, and draws its figures."""
