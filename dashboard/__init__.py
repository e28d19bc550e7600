"""The dashboard: thin pages over core."""
