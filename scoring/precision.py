"""The measurement error of a score: how far it would move if the same person met other, like items."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np

from questionnaires.definition import Item, ResponseFormat
from scoring.encoding import Block, Encoded
from scoring.key import effectiveness, score_range


def item_contributions(
    encoded: Encoded, coefficients: np.ndarray, blocks: Sequence[Block], key_column: int | None
) -> np.ndarray:
    """Split a linear score into what each item adds (n, n_items), up to a constant.

    An item adds the weights of its own columns and its part of the key total, which is the mean of the
    answered items' standardised scores.
    """
    X = encoded.X
    parts = np.column_stack([X[:, b.columns] @ coefficients[b.columns] for b in blocks])
    if key_column is None:
        return parts
    known = np.isfinite(encoded.key_scores)
    share = np.where(known, encoded.key_scores, 0.0) / np.maximum(known.sum(axis=1), 1)[:, None]
    return parts + coefficients[key_column] * share


def lambda_two(contributions: np.ndarray) -> float | None:
    """Guttman's lambda-2: a lower bound to reliability that is never below coefficient alpha.

    ``(sum_{i!=j} c_ij + sqrt(k/(k-1) * sum_{i!=j} c_ij^2)) / var(total)`` with c the items' covariances
    (Guttman 1945). Contributions of unequal size make alpha too low; lambda-2 suffers less. Held within
    0..1; None for fewer than two items or a score that does not vary.
    """
    k = contributions.shape[1]
    total = float(np.var(contributions.sum(axis=1)))
    if k < 2 or len(contributions) < 3 or total < 1e-18:
        return None
    covariance = np.cov(contributions, rowvar=False, bias=True)
    off = covariance - np.diag(np.diag(covariance))
    value = (off.sum() + np.sqrt(k / (k - 1) * np.sum(off**2))) / total
    return float(np.clip(value, 0.0, 1.0))


def standard_error(contributions: np.ndarray) -> float | None:
    """Standard error of measurement ``SD * sqrt(1 - lambda-2)``, in the score's own units."""
    reliability = lambda_two(contributions)
    if reliability is None:
        return None
    return float(np.std(contributions.sum(axis=1)) * np.sqrt(1.0 - reliability))


def standard_error_of_difference(contributions: np.ndarray) -> float | None:
    """SED of two people's scores, ``SEM * sqrt(2)``: the width of a tie group."""
    error = standard_error(contributions)
    return None if error is None else error * float(np.sqrt(2.0))


def blind_error(items: Sequence[Item]) -> float | None:
    """Standard error of the key total before anybody has answered, at its most cautious.

    The error of an item is taken to be that of somebody who answers it at random, which no real person
    exceeds by much: ``sqrt(sum of the items' variances) / number of items``. None without keyed items.
    """
    variances = [value for value in map(_random_variance, items) if value is not None]
    return float(np.sqrt(sum(variances)) / len(variances)) if variances else None


def _random_variance(item: Item) -> float | None:
    """Variance of the standardised item score (0..1) when answers are drawn at random."""
    if not item.keyed:
        return None
    low, high = score_range(item)
    if high <= low:
        return None
    return float(np.var(_random_scores(item))) / (high - low) ** 2


def _random_scores(item: Item) -> list[float]:
    if item.format is ResponseFormat.LIKERT:
        assert item.scale is not None
        return [float(point) for point in item.scale.points]
    values = list(effectiveness(item).values())
    if item.format is ResponseFormat.PICK_ONE:
        return values
    if item.format is ResponseFormat.BEST_WORST:
        return [best - worst for best, worst in permutations(values, 2)]
    reach = 1.0 / np.sqrt(max(len(values) - 1, 1))
    return [-reach, reach]
