"""The model, asked: trained models kept warm, which answer questions about one window while somebody looks.

Read in this order: `bands` (how sure a forecast is), `changes` (what can be changed inside a model, by name), `held`
(models kept in memory), `engine` (the questions), `http` (the same questions for other programs).
"""
