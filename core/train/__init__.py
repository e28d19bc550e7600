"""From windows to a checkpoint: the training loop, the folder it leaves, the closed-form baselines."""
