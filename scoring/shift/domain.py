"""Can answers tell applicants from staff? The area under the curve of a classifier that tries to.

The classifier is a ridge discriminant (regularised least squares on the group; its areas agree with those of
regularised logistic regression within about .02): its labels can be shuffled a thousand times at the price of one fit,
so that the null is a permutation test and not an approximation.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import norm, rankdata

from scoring.folds import splits
from scoring.ridge import ridge_path
from scoring.shift.samples import check_pair

PENALTY = 1.0
"""Per person, on standardised columns. Fixed beforehand: choosing it by the area would bias the area."""
N_FOLDS = 5
PERMUTATIONS = 999
MOST_PEOPLE = 4000
"""Of each side; a random part of more."""


@dataclass(frozen=True)
class DomainShift:
    """How well answers tell applicants from staff.

    Attributes
    ----------
    auc : float
        Cross-validated, mean over folds: .5 is not at all.
    low, high : float
        95 % interval.
    p : float
        Share of shuffled labels that reach this area.
    staff, applicants : int
        People compared.
    """

    auc: float
    low: float
    high: float
    p: float
    staff: int
    applicants: int

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)


def domain_shift(
    staff: np.ndarray, applicants: np.ndarray, *, seed: int = 0, permutations: int = PERMUTATIONS
) -> DomainShift:
    """Classify staff (n, p) against applicants (m, p) by their encoded answers.

    The interval is that of the mean of the folds' areas, each with the variance of DeLong et al. (1988). The p-value is
    ``(1 + shuffles that reach the area) / (1 + shuffles)``, labels shuffled within folds.

    Raises
    ------
    ScoringError
        Where columns differ, values are not finite, or a group has fewer than 10 people.
    """
    check_pair(staff, applicants)
    rng = np.random.default_rng(seed)
    staff, applicants = _some_of(staff, rng), _some_of(applicants, rng)
    X = np.vstack([staff, applicants])
    label = np.repeat([0.0, 1.0], [len(staff), len(applicants)])
    folds = _folds(label, rng)
    labels = np.column_stack([label, *(_shuffled(label, folds, rng) for _ in range(permutations))])
    areas, variance = _areas(X, labels, folds)
    auc, error = float(areas[0]), float(np.sqrt(variance))
    reach = norm.ppf(0.975) * error
    reached = int((areas[1:] >= auc - 1e-12).sum())
    p = (1 + reached) / (1 + permutations)
    return DomainShift(auc, max(0.0, auc - reach), min(1.0, auc + reach), p, len(staff), len(applicants))


def _some_of(X: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return X if len(X) <= MOST_PEOPLE else X[np.sort(rng.choice(len(X), MOST_PEOPLE, replace=False))]


def _folds(label: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Folds (n,) with both groups in each, in proportion."""
    folds = np.zeros(len(label), dtype=int)
    for group in (0.0, 1.0):
        rows = rng.permutation(np.flatnonzero(label == group))
        folds[rows] = np.arange(len(rows)) % N_FOLDS
    return folds


def _shuffled(label: np.ndarray, folds: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    out = label.copy()
    for fold in range(N_FOLDS):
        rows = np.flatnonzero(folds == fold)
        out[rows] = label[rng.permutation(rows)]
    return out


def _areas(X: np.ndarray, labels: np.ndarray, folds: np.ndarray) -> tuple[np.ndarray, float]:
    """Mean area (labellings,) over folds, and the variance of the first."""
    areas, variances = [], []
    penalties = np.array([PENALTY])
    for train, held_out in splits(folds):
        path = ridge_path(X[train], labels[train], np.ones(len(train)), penalties)
        scores = path.predict(X[held_out])[0]
        areas.append(area_under_curve(scores, labels[held_out].T))
        variances.append(area_variance(scores[0], labels[held_out, 0]))
    return np.mean(areas, axis=0), float(np.sum(variances)) / len(areas) ** 2


def area_under_curve(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Areas (k,) by ranks, ties counted half; ``scores`` and 0/1 ``labels`` have shape (k, n)."""
    ranks = rankdata(scores, axis=1)
    ones = labels.sum(axis=1)
    zeros = labels.shape[1] - ones
    return ((ranks * labels).sum(axis=1) - ones * (ones + 1) / 2) / (ones * zeros)


def area_variance(scores: np.ndarray, label: np.ndarray) -> float:
    """DeLong's variance of one area from the placements of either group in the other."""
    ones, zeros = scores[label > 0], scores[label == 0]
    joint = rankdata(np.concatenate([ones, zeros]))
    among_zeros = (joint[: len(ones)] - rankdata(ones)) / len(zeros)
    among_ones = (joint[len(ones) :] - rankdata(zeros)) / len(ones)
    return _mean_variance(among_zeros) + _mean_variance(among_ones)


def _mean_variance(values: np.ndarray) -> float:
    return float(values.var(ddof=1) / len(values)) if len(values) > 1 else 0.25
