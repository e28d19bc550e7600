"""Rows of cells become columns under their names: header, units, remarks."""
