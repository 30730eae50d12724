"""How far raters agree who all rate the same things: intraclass correlations of two-way random effects.

Raters are a random sample of those who could have been asked, and how high each of them rates counts as
disagreement (absolute agreement). These are ICC(2,1) and ICC(2,k) of Shrout and Fleiss (1979), ICC(A,1) and
ICC(A,k) of McGraw and Wong (1996); the interval of the single rating is that of both papers, with Satterthwaite's
degrees of freedom, and the interval of the mean follows from it by the Spearman-Brown formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from scipy.stats import f as f_distribution

Table = Sequence[Sequence[float | None]]
CONFIDENCE = 0.95
_NOTHING = 1e-12


@dataclass(frozen=True)
class Agreement:
    """Agreement of one rater (``single``) and of the mean of all (``average``), each with its 95 % interval.

    Below 0 raters agree less than by chance; what would fall below -1 is cut off there. ``targets`` were rated by
    ``raters`` each. An interval is None where the ratings leave none to be reckoned: where they say nothing of error
    but something of severity, and with a few targets far below 0, where the approximation fails.
    """

    single: float
    single_interval: tuple[float, float] | None
    average: float
    average_interval: tuple[float, float] | None
    targets: int
    raters: int


@dataclass(frozen=True)
class MeanSquares:
    """The mean squares of a two-way table without repetition."""

    targets: float
    raters: float
    error: float
    rows: int
    columns: int


def whole_part(table: Table) -> tuple[list[int], list[int]]:
    """Return the rows and columns of a part of the table that has no gap.

    While there is a gap, the row or column with the largest share of gaps goes; of equal ones a column before a
    row, and the last before the first. So one gap of one rater costs one target, and not the rater.

    Parameters
    ----------
    table
        A row per target and a column per rater; None where somebody did not rate.
    """
    if not table:
        return [], []
    given = np.array([[value is not None for value in row] for row in table], dtype=bool)
    rows, columns = list(range(given.shape[0])), list(range(given.shape[1]))
    while rows and columns and not given[np.ix_(rows, columns)].all():
        part = ~given[np.ix_(rows, columns)]
        by_row, by_column = part.mean(axis=1), part.mean(axis=0)
        if by_column.max() >= by_row.max():
            del columns[_last_largest(by_column)]
        else:
            del rows[_last_largest(by_row)]
    return rows, columns


def _last_largest(shares: np.ndarray) -> int:
    return len(shares) - 1 - int(np.argmax(shares[::-1]))


def agreement(table: Table) -> Agreement | None:
    """Return ICC(2,1) and ICC(2,k) of the largest part without gaps that `whole_part` finds.

    None where fewer than two targets or two raters are left, or all ratings are alike: then nothing can be said.

    Parameters
    ----------
    table
        A row per target and a column per rater; None where somebody did not rate.
    """
    rows, columns = whole_part(table)
    if len(rows) < 2 or len(columns) < 2:
        return None
    squares = mean_squares([[float(table[row][column] or 0.0) for column in columns] for row in rows])
    single = _single(squares)
    if single is None:
        return None
    interval = _interval(squares, single)
    stepped = tuple(_of_mean(end, squares.columns) for end in interval) if interval else None
    return Agreement(
        single,
        interval,
        _of_all(squares),
        (stepped[0], stepped[1]) if stepped else None,
        squares.rows,
        squares.columns,
    )


def mean_squares(table: Sequence[Sequence[float]]) -> MeanSquares:
    """Return the mean squares of targets (rows), raters (columns) and error."""
    values = np.asarray(table, dtype=float)
    n, k = values.shape
    whole = values.mean()
    by_row, by_column = values.mean(axis=1), values.mean(axis=0)
    rest = values - by_row[:, None] - by_column[None, :] + whole
    return MeanSquares(
        targets=float(k * np.sum((by_row - whole) ** 2) / (n - 1)),
        raters=float(n * np.sum((by_column - whole) ** 2) / (k - 1)),
        error=float(np.sum(rest**2) / ((n - 1) * (k - 1))),
        rows=n,
        columns=k,
    )


def _single(s: MeanSquares) -> float | None:
    k, n = s.columns, s.rows
    whole = s.targets + (k - 1) * s.error + k * (s.raters - s.error) / n
    return max(-1.0, (s.targets - s.error) / whole) if whole > _NOTHING else None


def _of_all(s: MeanSquares) -> float:
    """ICC(2,k). It falls without end where targets differ less than by chance, and is cut off there."""
    whole = s.targets + (s.raters - s.error) / s.rows
    return max(-1.0, (s.targets - s.error) / whole) if whole > _NOTHING else -1.0


def _of_mean(single: float, raters: int) -> float:
    """Step an agreement up to the mean of all raters (Spearman-Brown)."""
    below = 1.0 + (raters - 1) * single
    return max(-1.0, raters * single / below) if below > _NOTHING else -1.0


def _interval(s: MeanSquares, single: float) -> tuple[float, float] | None:
    if single >= 1.0 - _NOTHING:
        return 1.0, 1.0
    freedom = _freedom(s, single)
    if freedom is None:
        return None
    n, k, above = s.rows, s.columns, (1.0 + CONFIDENCE) / 2.0
    rest = k * s.raters + (k * n - k - n) * s.error
    # Divided through by F, which has no end where hardly any freedom is left.
    least = s.targets / float(f_distribution.ppf(above, n - 1, freedom))
    most = s.targets * float(f_distribution.ppf(above, freedom, n - 1))
    if rest <= _NOTHING or not isfinite(most):
        return None
    low, high = n * (least - s.error) / (rest + n * least), n * (most - s.error) / (rest + n * most)
    return (low, high) if low <= single + _NOTHING and single <= high + _NOTHING else None


def _freedom(s: MeanSquares, single: float) -> float | None:
    """Satterthwaite's degrees of freedom of what the targets are compared with."""
    n, k = s.rows, s.columns
    of_raters = k * single / (n * (1.0 - single)) * s.raters
    of_error = (1.0 + k * single * (n - 1) / (n * (1.0 - single))) * s.error
    below = of_raters**2 / (k - 1) + of_error**2 / ((n - 1) * (k - 1))
    return (of_raters + of_error) ** 2 / below if below > _NOTHING**2 else None
