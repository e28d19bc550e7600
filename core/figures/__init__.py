"""Rows or arrays in, a `theme.Drawing` out: the panels as a plotly Figure, and the sentence on what they show.

Every figure takes a `look`, the scheme of its colours and the language of its labels; both, and the type, stand in
`palette` and `theme`.
"""
