"""Numbers out of cells: decimal and thousands signs, units and signs around them, placeholders."""
