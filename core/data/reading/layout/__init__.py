"""What stands where in a table: series below each other, tables that run sideways, columns that only count."""
