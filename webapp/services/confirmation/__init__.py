"""A short second sitting under supervision, and whether the first result holds."""
