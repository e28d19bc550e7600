"""A figure of lines and points as the panels of an office chart: plain data, no file format."""
