"""Adjustments of one person: asked for, granted, taken back, and changes of time by hand. For that role alone."""
