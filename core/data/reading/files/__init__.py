"""A file's bytes become rows of cells, in a process of its own: kind, limits, characters, text, sheets, Parquet."""
