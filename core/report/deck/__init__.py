"""The parts of a PowerPoint deck: layout, native charts, tables."""
