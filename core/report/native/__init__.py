"""A figure of lines, points and bars as the panels of an office chart: plain data, no file format."""
