"""What happened inside: labelled recordings of a forward pass, and interventions on it."""
