"""The time of a sitting: its clock, what is credited, breaks, and the end."""
