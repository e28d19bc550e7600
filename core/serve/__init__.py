"""The model, asked: trained models kept warm, which answer questions about one window while somebody looks.

Read in this order: `bands` (how sure a forecast is), `changes` (what can be changed inside a model, by name), `edits`
(what a forward pass replaces for that), `attribution` (which past values a forecast rests on), `deletion` and
`comparison` (whether that can be trusted), `account` (what each part of the network brings to it, by `parts`), `held`
(models kept in memory), `explain` (one number of a forecast), `swaps`, `memory` and `effects` (what takes many
passes), `engine` (the questions), `wire` and `http` (the same questions for other programs), `warm` (the process that
pages ask).
"""
