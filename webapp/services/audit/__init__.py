"""The audit pack: one document and its data files."""
