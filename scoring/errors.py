"""What the mathematics refuses, in words for people."""

from __future__ import annotations


class ScoringError(Exception):
    """The data cannot carry what was asked of it. The message says what is wrong and what to do."""
