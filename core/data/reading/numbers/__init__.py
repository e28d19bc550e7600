"""Numbers out of cells: decimal and thousands separators, units and signs around them, placeholders."""
