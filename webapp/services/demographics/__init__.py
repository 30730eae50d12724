"""What applicants may tell of themselves, kept apart from them, and what is told of groups."""
