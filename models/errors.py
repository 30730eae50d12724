"""What the keeping and training of models refuses."""

from __future__ import annotations


class ModelError(Exception):
    """A model that cannot be trained, kept, loaded or used.

    Parameters
    ----------
    what
        What is wrong.
    where
        The file, folder, column or person concerned.
    remedy
        How to mend it.
    """

    def __init__(self, what: str, where: str, remedy: str) -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(f"{where}: {what} {remedy}")

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is wrong and how to mend it, with their templates where `questionnaires.words.say` made them."""
        return self.what, self.remedy
