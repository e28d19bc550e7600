"""How a user's file becomes columns with meaning: bytes, cells, header, layout, time, numbers, axis."""
