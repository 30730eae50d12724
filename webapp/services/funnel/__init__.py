"""How many people came how far, and how many days that took; nothing of it enters a score."""
