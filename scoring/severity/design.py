"""Who rated whom: the counts and sums from which severity is estimated.

The model is ``rating = mean + ratee + rater + error``. Nothing of it needs the single ratings once the table
of counts, the sums per ratee and per rater, and the total sum of squares are known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_array, coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from questionnaires.words import say
from scoring.errors import ScoringError
from scoring.ratings import LARGEST_RATING

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

FEWEST_RATEES = 4
_WITHOUT_RATERS = "Leave the rater column empty to work with each person's mean rating instead."


class NotSeparableError(ScoringError):
    """People cannot be told apart from their raters; their mean ratings may still be of use."""


@dataclass(frozen=True)
class Design:
    """Sufficient statistics of crossed ratings, with one side to absorb and a smaller one to keep.

    Attributes
    ----------
    counts
        Sparse, shape (absorbed, kept): how often each pair of levels was rated.
    absorbed_n, kept_n
        Ratings per level.
    absorbed_sum, kept_sum
        Sums of the centred ratings per level.
    square
        Sum of squares of the centred ratings.
    mean
        The mean by which the ratings were centred.
    ratees_kept
        Whether the ratees are the kept side (else the raters are).
    """

    n: int
    mean: float
    counts: csr_array
    transposed: csr_array
    absorbed_n: Floats
    kept_n: Floats
    absorbed_sum: Floats
    kept_sum: Floats
    square: float
    ratees_kept: bool

    def by_role(self, absorbed: Floats, kept: Floats) -> tuple[Floats, Floats]:
        """Return (ratees', raters') of what belongs to the absorbed and the kept side."""
        return (kept, absorbed) if self.ratees_kept else (absorbed, kept)


def build_design(ratee: Ints, rater: Ints, rating: Floats) -> Design:
    """Gather the statistics; ``ratee`` and ``rater`` are codes from 0, all of shape (ratings,)."""
    sides = (int(ratee.max()) + 1, int(rater.max()) + 1)
    ratees_kept = sides[0] <= sides[1]
    kept, absorbed = (ratee, rater) if ratees_kept else (rater, ratee)
    shape = sides[::-1] if ratees_kept else sides
    counts = csr_array(coo_array((np.ones(len(rating)), (absorbed, kept)), shape=shape))
    centred = rating - rating.mean()
    return Design(
        n=len(rating),
        mean=float(rating.mean()),
        counts=counts,
        transposed=csr_array(counts.T),
        absorbed_n=np.bincount(absorbed, minlength=shape[0]).astype(float),
        kept_n=np.bincount(kept, minlength=shape[1]).astype(float),
        absorbed_sum=_sums(absorbed, centred, shape[0]),
        kept_sum=_sums(kept, centred, shape[1]),
        square=float(centred @ centred),
        ratees_kept=ratees_kept,
    )


def _sums(codes: Ints, values: Floats, levels: int) -> Floats:
    return np.bincount(codes, values, minlength=levels).astype(np.float64)


def components_of(ratee: Ints, rater: Ints) -> Ints:
    """Number the connected parts of the graph of who rated whom, per ratee, from 1 for the largest part."""
    shape = (int(ratee.max()) + 1, int(rater.max()) + 1)
    table = coo_array((np.ones(len(ratee)), (ratee, rater)), shape=shape)
    _, label = connected_components(block_array([[None, table], [table.T, None]]), directed=False)
    of_ratee = label[: shape[0]]
    sizes = np.bincount(of_ratee)
    number = np.empty(len(sizes), dtype=np.intp)
    number[np.argsort(-sizes, kind="stable")] = np.arange(1, len(sizes) + 1)
    return number[of_ratee]


def check_ratings(rating: Floats) -> None:
    """Refuse what no model can use: nothing, what is not a number, constant ratings."""
    if not len(rating):
        raise ScoringError(say("There are no ratings. Add ratings of your staff."))
    bad = int((~np.isfinite(rating)).sum())
    if bad:
        raise ScoringError(say("%(n)s of the ratings are not finite numbers. Correct or remove those rows.", n=bad))
    if np.abs(rating).max() > LARGEST_RATING:
        worst = f"{rating[np.argmax(np.abs(rating))]:g}"
        raise ScoringError(say("A rating of %(value)s cannot be meant. Correct it, or remove it.", value=worst))
    if np.ptp(rating) < 1e-12:
        raise ScoringError(
            say(
                "All %(n)s ratings are %(value)s, so they tell nobody apart. "
                "Ask raters to use the whole scale, or import ratings of another competence.",
                n=len(rating),
                value=f"{rating[0]:g}",
            )
        )


def check_crossing(ratee: Ints, rater: Ints) -> bool:
    """Refuse designs in which people cannot be told apart from their raters (NotSeparableError).

    Returns
    -------
    bool
        Whether raters' severity can be told apart from error; it cannot where every rater rated once.
    """
    ratees, raters, n = int(ratee.max()) + 1, int(rater.max()) + 1, len(ratee)
    if ratees < FEWEST_RATEES:
        raise NotSeparableError(
            f"Only {_people(ratees)} rated, which is too few to estimate how much people differ. "
            f"Add ratings until at least {FEWEST_RATEES} people are rated. {_WITHOUT_RATERS}"
        )
    if raters < 2:
        raise NotSeparableError(
            "All ratings come from one rater, whose severity nobody can tell from the average. "
            f"Add ratings by other raters. {_WITHOUT_RATERS}"
        )
    if n == ratees:
        raise NotSeparableError(
            "Each person has a single rating, so differences between people cannot be told from chance. "
            f"Add ratings by further raters. {_WITHOUT_RATERS}"
        )
    if len(np.unique(ratee * raters + rater)) == ratees == raters:
        raise NotSeparableError(
            "Each person has one rater who rates nobody else, so severity cannot be told from performance. "
            f"Let raters rate several people. {_WITHOUT_RATERS}"
        )
    return n > raters


def _people(number: int) -> str:
    return "one person is" if number == 1 else f"{number} people are"
