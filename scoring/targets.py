"""Criteria of some people as arrays: the bridge from ratings to the estimators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.criterion import criterion_for, top_third
from scoring.ratings import Rating
from scoring.severity.design import components_of
from scoring.severity.fitting import Components


@dataclass(frozen=True)
class Targets:
    """Criteria of n people, in the order in which the people were given.

    Attributes
    ----------
    values : ndarray of shape (n,)
        The criterion on the rating scale; NaN for people without ratings.
    weights : ndarray of shape (n,)
        How much each counts in learning.
    reliability : float or None
        Of the criterion, over these people; None where it is not known.
    auxiliary : ndarray of shape (n, q) or None
        Mean ratings by competence, where there are several.
    components : Components or None
        Variances of ratees, raters and error, where severity was considered.
    notes : tuple of str
        What a reader of the figures has to know about the ratings.
    """

    values: np.ndarray
    weights: np.ndarray
    reliability: float | None
    auxiliary: np.ndarray | None
    components: Components | None = None
    notes: tuple[str, ...] = ()

    @property
    def usable(self) -> np.ndarray:
        """Boolean (n,): people with a criterion that counts."""
        return np.isfinite(self.values) & (self.weights > 0)


def targets_of(
    ratings: Sequence[Rating],
    people: Sequence[str],
    *,
    competence: str | None = None,
    binary: bool = False,
    given: Components | None = None,
) -> Targets:
    """Build the criteria of ``people`` from these ratings and no others; see `scoring.criterion.criterion_for`.

    Raises
    ------
    ScoringError
        Where these ratings tell nobody apart.
    """
    criterion = criterion_for(ratings, competence=competence, binary=binary, given=given)
    values, weights = np.full(len(people), np.nan), np.zeros(len(people))
    row_of = {person: row for row, person in enumerate(people)}
    rows = np.array([row_of[person] for person in criterion.persons], dtype=int)
    values[rows], weights[rows] = criterion.value, criterion.weight
    return Targets(
        values=values,
        weights=weights,
        reliability=criterion.overall_reliability,
        auxiliary=auxiliary_of(ratings, row_of),
        components=criterion.components,
        notes=criterion.notes,
    )


def auxiliary_of(ratings: Sequence[Rating], row_of: dict[str, int]) -> np.ndarray | None:
    """Mean rating per person and competence (n, q), NaN where missing; None with one competence only."""
    names = sorted({rating.competence for rating in ratings if rating.competence})
    if len(names) < 2:
        return None
    column_of = {name: column for column, name in enumerate(names)}
    known = [rating for rating in ratings if rating.competence]
    rows = np.array([row_of[rating.ratee] for rating in known])
    columns = np.array([column_of[rating.competence or ""] for rating in known])
    total, count = np.zeros((len(row_of), len(names))), np.zeros((len(row_of), len(names)))
    np.add.at(total, (rows, columns), [rating.rating for rating in known])
    np.add.at(count, (rows, columns), 1.0)
    return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)


def rating_components(ratings: Sequence[Rating], people: Sequence[str]) -> np.ndarray | None:
    """Connected part (n,) of who rated whom that each person belongs to, for `scoring.folds.assign_folds`.

    None where raters are not known, or all are connected. People without ratings stand alone.
    """
    row_of = {person: row for row, person in enumerate(people)}
    chosen = [rating for rating in ratings if rating.ratee in row_of]
    if not chosen or any(rating.rater is None for rating in chosen):
        return None
    rater_of = {rater: code for code, rater in enumerate(dict.fromkeys(rating.rater for rating in chosen))}
    ratees, ratee = np.unique([row_of[rating.ratee] for rating in chosen], return_inverse=True)
    part = components_of(ratee, np.array([rater_of[rating.rater] for rating in chosen]))
    if part.max() == 1:
        return None
    result = int(part.max()) + 1 + np.arange(len(people))
    result[ratees] = part
    return result


@dataclass(frozen=True)
class Cut:
    """Where the top third begins: above ``value`` counts 1, below it 0, exactly on it ``fraction``.

    So the base rate is exactly one third among the people the cut was taken from, even where ratings are
    coarse and many tie.
    """

    value: float
    fraction: float

    @classmethod
    def of(cls, criteria: np.ndarray) -> Cut:
        """Take the cut of some people's criteria (n,)."""
        value, membership = top_third(criteria)
        on_it = np.isclose(criteria, value, rtol=0.0, atol=1e-9)
        return cls(value, float(membership[on_it].mean()) if on_it.any() else 0.0)

    def labels(self, criteria: np.ndarray) -> np.ndarray:
        """Return how much each criterion (n,) counts as top, in 0..1; NaN stays NaN."""
        on_it = np.isclose(criteria, self.value, rtol=0.0, atol=1e-9)
        labels = np.where(on_it, self.fraction, (criteria > self.value).astype(float))
        return np.where(np.isfinite(criteria), labels, np.nan)


def top_labels(
    criteria: np.ndarray,
    families: Sequence[str | None],
    reference: np.ndarray,
    reference_families: Sequence[str | None],
    smallest: int,
) -> np.ndarray:
    """Label people as top third by the cuts of a reference group (the training staff).

    Parameters
    ----------
    criteria, families
        Of the people to label, length n.
    reference, reference_families
        Criteria and job families of the reference group. A family of at least ``smallest`` has its own cut.
    """
    labels = Cut.of(reference).labels(criteria)
    theirs, ours = family_names(reference_families), family_names(families)
    for name in sorted(set(ours.tolist()) - {""}):
        members = reference[theirs == name]
        if len(members) >= smallest:
            labels[ours == name] = Cut.of(members).labels(criteria[ours == name])
    return labels


def family_names(families: Sequence[str | None]) -> np.ndarray:
    """Job families as an array of texts, "" where there is none."""
    return np.array([family or "" for family in families], dtype=str)
