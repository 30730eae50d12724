"""What the mathematics refuses, in words for people."""

from __future__ import annotations


class ScoringError(Exception):
    """The data cannot carry what was asked of it. The message says what is wrong and what to do."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """The message, with its template where it was made by `questionnaires.words.say`."""
        return self.args
