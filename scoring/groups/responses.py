"""Answers of people as differential item functioning needs them: item scores, and options chosen or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from questionnaires.words import say
from scoring.errors import ScoringError
from scoring.groups.checks import matrix


@dataclass(frozen=True)
class Responses:
    """Answers of n people, as DIF needs them.

    Attributes
    ----------
    items : tuple of str
    scores : ndarray of shape (n, n_items)
        Item scores, NaN where not answered.
    options : tuple of str
    choices : ndarray of shape (n, n_options)
        1 chosen, 0 not chosen, NaN where the item was not answered.
    option_items : ndarray of int, shape (n_options,)
        Which item an option belongs to, as a column of ``scores``; -1 for none.
    """

    items: tuple[str, ...]
    scores: np.ndarray
    options: tuple[str, ...]
    choices: np.ndarray
    option_items: np.ndarray

    @classmethod
    def of(
        cls,
        scores: ArrayLike,
        items: Sequence[str],
        choices: ArrayLike | None = None,
        options: Sequence[str] = (),
        option_items: Sequence[int] = (),
    ) -> Responses:
        """Check and keep.

        Raises
        ------
        ScoringError
            Where sizes do not fit, a value is infinite, or a choice is neither 0 nor 1.
        """
        table = matrix(scores, None, "item scores", gaps=True)
        chosen = np.zeros((len(table), 0)) if choices is None else matrix(choices, len(table), "choices", gaps=True)
        _refuse_sizes(table.shape[1], len(items), "items")
        _refuse_sizes(chosen.shape[1], len(options), "options")
        _refuse_sizes(chosen.shape[1], len(option_items), "option_items")
        if not np.isin(chosen[np.isfinite(chosen)], (0.0, 1.0)).all():
            raise ScoringError(say("A choice is neither 0 nor 1."), say("Write 1 for chosen and 0 for not chosen."))
        return cls(tuple(items), table, tuple(options), chosen, np.array(option_items, dtype=int))

    def take(self, rows: np.ndarray) -> Responses:
        """Return the same items and options for some of the people."""
        return Responses(self.items, self.scores[rows], self.options, self.choices[rows], self.option_items)


def _refuse_sizes(columns: int, names: int, what: str) -> None:
    if columns != names:
        told = say("There are %(columns)s columns and %(names)s “%(what)s”.", columns=columns, names=names, what=what)
        raise ScoringError(told, say("Give one name for every column."))
