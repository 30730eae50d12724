"""Remind everybody of a vacancy who is not done: look at what it would do, do it, tell how far it has come."""
