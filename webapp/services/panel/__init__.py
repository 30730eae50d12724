"""Experts rate every option of a questionnaire; the panel's means become the key of a new version."""
