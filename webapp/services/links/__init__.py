"""Personal links: one that opens, and a new one for whoever asks."""
