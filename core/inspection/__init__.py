"""What trained models show over the test windows, kept on disk.

`run` inspects one model, `cell` those of one seed; `effect` measures what changes inside do to the error, `account`
says which parts are removed for the account of both paths.
"""
