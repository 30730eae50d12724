"""How long a mail waits that the mail server put off."""

from __future__ import annotations

PAUSES = (1, 5, 15, 30, 60, 120, 240, 480, 720, 1440)
"""Minutes before each further try, some fifty hours in all: greylisting wants a quarter of an hour, an outage more."""
