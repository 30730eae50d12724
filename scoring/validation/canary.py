"""The canary: with ratings dealt out at random, the whole validation has to find nothing.

Each person gets *all* the ratings of somebody else, drawn from everybody. Whole sets, so that the ratings keep
their raters, their severity and their numbers; from everybody, not within units, because dealing within a unit
leaves the units' own differences standing, which answers may truly predict.

Then nothing but a leak can make the mean correlation differ from 0. Given what the training people of a fold
were dealt, the remaining sets lie in random order on its held-out people, and the criterion is worked out from
those sets alone; so within the fold the expected correlation with *any* prediction is exactly 0. Pooled over
folds it is not: it falls to about -.1 at 120 people, because a fold dealt good ratings leaves a training set
with poor ones. That is why `r` is a mean over folds, everywhere in the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scoring.ratings import Rating
from scoring.validation.cross_validation import Progress, cross_validate
from scoring.validation.learning_data import LearningData
from scoring.validation.resampling import everybody, within_folds

PERMUTATIONS = 12
_FIRST = 0.9
"""Share of the way that the first attempt is said to be; a second one is rare."""

MOST_PEOPLE = 500
"""The canary tries the method, not the data: of more people, it takes a random part."""


def permuted(ratings: Sequence[Rating], people: Sequence[str], rng: np.random.Generator) -> list[Rating]:
    """Deal whole people's ratings out again: everybody among ``people`` gets those of somebody else, or their own."""
    givers = np.array(people, dtype=object)
    receiver = dict(zip(givers.tolist(), rng.permutation(givers).tolist(), strict=True))
    return [rating._replace(ratee=receiver[rating.ratee]) for rating in ratings]


def canary(data: LearningData, permutations: int = PERMUTATIONS, progress: Progress | None = None) -> dict[str, object]:
    """Validate on permuted ratings; plain values.

    Returns
    -------
    dict
        ``r`` and its standard error over ``permutations``, how many ``people`` took part, and ``passed``: r lies
        within two standard errors of 0. Where it does not (by chance once in 14 runs), as many fresh permutations
        decide by themselves; ``attempts`` says whether they had to.
    """
    part, permutations = data.at_most(MOST_PEOPLE, 8), permutations or PERMUTATIONS
    for attempt in (1, 2):
        values = _permuted_rs(part, permutations, attempt, progress)
        r, error = float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))
        passed = abs(r) <= 2 * error
        if passed:
            break
    if progress:
        progress("canary", 1.0)
    return {
        "r": r,
        "standard_error": error,
        "permutations": permutations,
        "people": len(part.people),
        "attempts": attempt,
        "passed": bool(passed),
    }


def _permuted_rs(data: LearningData, permutations: int, attempt: int, progress: Progress | None) -> list[float]:
    values = []
    for number in range(permutations):
        rng = np.random.default_rng([data.seed, 7, attempt, number])
        ratings = permuted(data.ratings, data.people, rng)
        dealt = replace(data, ratings=tuple(ratings), seed=data.seed + 1 + number)
        (result,) = cross_validate(dealt, repeats=1)
        rows = result.rows
        found = within_folds(result.prediction[rows], result.criterion[rows], result.fold[rows], everybody(len(rows)))
        values.append(float(found[0]))
        if progress:
            share = (number + 1) / permutations
            progress("canary", _FIRST * share if attempt == 1 else _FIRST + (1 - _FIRST) * share)
    return values
