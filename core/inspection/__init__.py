"""What trained models show over the test windows, kept on disk.

`run` inspects one model, `cell` those of one seed; `averages` says what is kept of one, and `drawn` keeps that over
some windows. Single windows, and what changes inside do to the error, are asked of `core.serve`.
"""
