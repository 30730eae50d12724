"""Scoring a vacancy's applicants again with another model, from three of them to a million."""
