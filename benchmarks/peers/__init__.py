"""Others, run beside ours: a bare Flask endpoint, and an oTree app."""
