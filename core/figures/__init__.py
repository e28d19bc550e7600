"""Rows or a trace in, a plotly Figure out; colours and type in theme."""
