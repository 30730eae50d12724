"""Runs of long work as pages show them, and what can be said of a training run later."""
