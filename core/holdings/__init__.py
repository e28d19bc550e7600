"""What the workspace holds, what each thing is and what becomes of it, its budget, and how things are removed."""
