"""What trained models show over the test windows, kept on disk: `run` inspects one, `cell` those of one seed."""
