"""Missing answers, treated explicitly: what was not answered counts as the training staff's mean answer.

Encoded answers have a column for "not given" beside the columns of an item's options. Left to itself, ridge learns
its weight from the few people who left something out, and otherwise reads the zeros in the options' columns as
an answer that is worse, or better, than everybody's. Here the weight follows from the other columns'
instead: leaving an answer out adds exactly what the staff's answers add on average. That is mean imputation,
and since it is linear in the columns, one vector of coefficients still scores everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from questionnaires.definition import ResponseFormat

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Imputation:
    """Mean answers that stand in for what was not given.

    Attributes
    ----------
    flags : tuple of int
        Columns that say "not given".
    means : ndarray of shape (len(flags), p)
        What takes the place of the other columns, where one of the flags is raised.
    """

    flags: tuple[int, ...]
    means: Floats

    @classmethod
    def learn(cls, X: Floats, layout: Sequence[tuple[str, int, int]], weights: Floats) -> Imputation:
        """Learn the mean answers of the people in ``X`` (n, p).

        Where answers were given in part (a profile with gaps), "not given" stands for the gaps as they usually are.

        Parameters
        ----------
        layout
            Format, first column and number of options of each item.
        weights : ndarray of shape (n,)
            How much each person counts.
        """
        parts = [part for kind, start, width in layout for part in _parts(kind, start, width)]
        means = np.zeros((len(parts), X.shape[1]))
        for row, (columns, flag) in enumerate(parts):
            means[row, columns] = _stand_in(X[:, columns], X[:, flag] > 0.5, weights)
        return cls(tuple(flag for _, flag in parts), means)

    def fill(self, X: Floats) -> Floats:
        """Put the mean answers in, and lower the flags: columns (n, p) that ridge learns from."""
        flags = list(self.flags)
        raised = X[:, flags]
        filled = X.copy()
        filled[:, flags] = 0.0
        return filled + raised @ self.means if raised.any() else filled

    def unfold(self, coefficients: Floats) -> Floats:
        """Turn coefficients (..., p) on filled columns into those on columns as they are encoded."""
        result = coefficients.copy()
        result[..., list(self.flags)] = coefficients @ self.means.T
        return result


def _stand_in(X: Floats, missing: NDArray[np.bool_], weights: Floats) -> Floats:
    """Mean answer (columns,) of those who gave one, times how often a raised flag means this very column."""
    known = weights * ~missing
    if known.sum() <= 0:
        return np.zeros(X.shape[1])
    mean = known @ X / known.sum()
    gone = weights * missing
    share = gone @ (X == 0.0) / gone.sum() if gone.sum() > 0 else np.ones(X.shape[1])
    return mean * share


def _parts(kind: str, start: int, width: int) -> Iterator[tuple[slice, int]]:
    """Yield the columns of each part of an item that is given or not, and the column of its flag."""
    if kind == ResponseFormat.BEST_WORST:
        for first in (start, start + width + 1):
            yield slice(first, first + width), first + width
        return
    columns = _COLUMNS[ResponseFormat(kind)](width)
    yield slice(start, start + columns), start + columns


_COLUMNS = {
    ResponseFormat.PICK_ONE: lambda width: width,
    ResponseFormat.LIKERT: lambda width: 2,
    ResponseFormat.RATE_EACH: lambda width: 2 * width,
    ResponseFormat.RANK: lambda width: width,
}
