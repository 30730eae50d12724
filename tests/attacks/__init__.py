"""Adversaries who use the site as it is, and what they find."""
