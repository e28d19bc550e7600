"""The model, asked: trained models kept warm, which answer questions about one window while somebody looks.

Read in this order: `bands` (how sure a forecast is), `changes` (what can be changed inside a model, by name), `parts`
and `changed` (what is replaced for that, in the model and in a forward pass), `attribution` (which past values a
forecast rests on), `deletion` and `comparison` (whether that can be trusted), `account` (what each part of the
network brings to it), `held` (models kept in memory), `explain` (one number of a forecast), `swaps` and `memory`
(what takes many passes), `engine` and `answers` (the questions, and what is answered), `questions`, `wire`,
`wire_explained` and `http` (the same for other programs), `warm` (the process that pages ask).

Three things are worked out in the background, kept under a key, and read by pages without torch: `mean` (what
forecasts rest on over many windows), `effect_work` (what changes do to the error, by `errors`; for the two-path
account `removed` says which) and `probe` (what the standard pulse does, by `pulse`); the last two run by run, as
`by_run` keeps them.
"""
