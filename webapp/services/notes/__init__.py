"""Notes on applicants, and who has looked at whose page."""
