"""What `benchmarks.bench_peers` runs: forecasters of other packages beside CrossLens, one loop and one evaluation."""
