"""Many runs of one shape, trained at once: `fit` is the door; `shape` says which runs fit together."""
