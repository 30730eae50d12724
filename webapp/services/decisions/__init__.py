"""Stages and decisions: who was moved where, by whom, why, and what they saw when they decided."""
