"""Watch over models at work: the weekly look, what it finds, and who is told."""
