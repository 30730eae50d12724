"""From ratings to one target per person, with how far it can be trusted.

The target is the de-regressed, severity-adjusted rating on the rating scale: unshrunken, because a model
trained on shrunken effects learns the shrinkage. Everything is computed from the ratings that are handed in
and from nothing else, so that inside a fold held-out targets come from held-out ratings only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from questionnaires.words import say
from scoring.errors import ScoringError
from scoring.ratings import Rating
from scoring.severity.design import NotSeparableError, check_ratings
from scoring.severity.fitting import (
    Components,
    Floats,
    SeverityFit,
    composite,
    fit_one,
    mean_by,
    rater_severity,
)

TOP_SHARE = 1 / 3
FEWEST_IN_FAMILY = 50
LARGEST_EXACT = 1000
"""Training fits severity once per fold, so beyond this it takes the Monte-Carlo likelihood (a fiftieth of the time)."""
_LONELY_SHARE = 0.5


@dataclass(frozen=True)
class Criterion:
    """One target per person; arrays in order of ``persons``, each of shape (persons,).

    Attributes
    ----------
    value
        The target on the rating scale; of a binary criterion the share of ones, from 0 to 1.
    reliability
        Squared correlation of the rating with the person's true standing; None where it is not known.
    weight
        Training weight, mean 1; 0 where a person's rating can be compared with nobody else's.
    overall_reliability
        Share of the targets' variance that is true variance; None where it is not known.
    severity_known
        Whether raters were known, so that severity was considered.
    components
        The estimated mean and variances, None where severity was not fitted.
    notes
        What a reader of the figures has to know, as sentences.
    """

    persons: tuple[str, ...]
    value: Floats
    reliability: Floats | None
    weight: Floats
    overall_reliability: float | None
    severity_known: bool
    binary: bool = False
    components: Components | None = None
    notes: tuple[str, ...] = ()

    def position(self) -> dict[str, int]:
        """Return each person's position in the arrays."""
        return {person: i for i, person in enumerate(self.persons)}


def criterion_for(
    ratings: Sequence[Rating],
    *,
    competence: str | None = None,
    binary: bool = False,
    given: Components | None = None,
) -> Criterion:
    """Turn ratings into targets.

    Parameters
    ----------
    ratings
        All ratings of the people concerned, and of nobody else: the training ratings of a fold or its held-out ratings.
    competence
        The competence to use; None takes the mean of all.
    binary
        The ratings are 0 or 1 and stay so; severity is not considered.
    given
        Variances to take instead of estimating them, where held-out ratings are too few to estimate any. The
        effects still come from these ratings only.

    Raises
    ------
    ScoringError
        Where the competence does not occur, ratings are constant or not finite, or not binary.
    """
    chosen = select(ratings, competence)
    check_ratings(np.array([rating.rating for rating in chosen], dtype=float))
    if binary:
        return _binary(chosen)
    merged = composite(chosen)
    if any(rating.rater is None for rating in merged):
        return _mean_rating(merged, False, ("Raters are not known, so severity is not considered.",))
    try:
        fit = fit_one(merged, competence, given=given, largest_exact=LARGEST_EXACT)
    except NotSeparableError as error:
        return _by_severity_alone(merged, str(error))
    return _from_fit(fit, merged)


def select(ratings: Sequence[Rating], competence: str | None) -> list[Rating]:
    """Return the ratings of one competence (all of them for None)."""
    if competence is None:
        return list(ratings)
    chosen = [rating for rating in ratings if rating.competence == competence]
    if ratings and not chosen:
        names = ", ".join(sorted({rating.competence or "(none named)" for rating in ratings}))
        raise ScoringError(
            say("No rating names the competence “%(name)s”. There are: %(names)s.", name=competence, names=names)
        )
    return chosen


def _binary(ratings: Sequence[Rating]) -> Criterion:
    others = sorted({rating.rating for rating in ratings} - {0.0, 1.0})
    if others:
        raise ScoringError(
            say("A binary criterion is 0 or 1, but there is %(odd)s. Recode the ratings.", odd=f"{others[0]:g}")
        )
    criterion = _mean_rating(ratings, False, ("A binary criterion: severity is not considered.",))
    reliability, overall = _agreement(ratings)
    return replace(criterion, binary=True, reliability=reliability, overall_reliability=overall)


def _agreement(ratings: Sequence[Rating]) -> tuple[Floats | None, float | None]:
    """Reliability of each person's mean rating, and over all, from how far raters agree.

    One-way analysis of variance: ``between = (MSB - MSW) / k0``, reliability of k ratings ``between / (between +
    MSW / k)`` (Shrout & Fleiss 1979, case 1). Raters' severity is part of the error. None where raters are not known,
    nobody has two of them, or people do not differ beyond chance.
    """
    if any(rating.rater is None for rating in ratings):
        return None, None
    names = {name: code for code, name in enumerate(dict.fromkeys(rating.ratee for rating in ratings))}
    code = np.array([names[rating.ratee] for rating in ratings])
    value = np.array([rating.rating for rating in ratings], dtype=float)
    count = np.bincount(code)
    n, people = len(code), len(count)
    if n == people or people < 2:
        return None, None
    mean = np.bincount(code, value) / count
    within = float(((value - mean[code]) ** 2).sum()) / (n - people)
    usual = (n - float((count**2).sum()) / n) / (people - 1)
    between = (float((count * (mean - value.mean()) ** 2).sum()) / (people - 1) - within) / usual
    if between <= 0:
        return None, None
    return between / (between + within / count), between / (between + float(np.mean(within / count)))


def _mean_rating(ratings: Sequence[Rating], severity_known: bool, notes: tuple[str, ...]) -> Criterion:
    """Take each person's mean rating, all with the same weight."""
    means = mean_by([(rating.ratee, rating.rating) for rating in ratings])
    values = np.array(list(means.values()))
    return Criterion(tuple(means), values, None, np.ones(len(values)), None, severity_known, notes=notes)


def _by_severity_alone(ratings: Sequence[Rating], reason: str) -> Criterion:
    """Subtract what raters give on average, as far as that can be told; reliability stays unknown."""
    severity = rater_severity(ratings)
    adjusted = [rating._replace(rating=rating.rating - severity[rating.rater]) for rating in ratings]
    said = "Ratings are means, less the rater's severity" if any(severity.values()) else "Ratings are plain means"
    return _mean_rating(adjusted, True, (f"{said}; their reliability is not known. {reason}",))


def _from_fit(fit: SeverityFit, ratings: Sequence[Rating]) -> Criterion:
    if fit.components.ratee <= 0:
        reason = "The ratings show no differences between people beyond chance and severity."
        return _by_severity_alone(ratings, reason)
    value, share = _within_components(fit)
    weight = fit.weight * share
    return Criterion(
        persons=fit.ratees,
        value=fit.components.mean + value,
        reliability=fit.reliability,
        weight=weight / weight.mean(),
        overall_reliability=float(weight.sum() / (weight / fit.reliability).sum()),
        severity_known=True,
        components=fit.components,
        notes=fit.notes,
    )


def _within_components(fit: SeverityFit) -> tuple[Floats, Floats]:
    """Centre de-regressed effects within the connected parts of who rated whom.

    Returns
    -------
    value, share
        The centred effects, and the share of information that centring k people leaves, ``(k - 1) / k``: none
        for who stands alone. Where most people stand alone (raters of their own for everybody), or all are
        connected, nothing is centred.
    """
    value, part = fit.deregressed, fit.component
    size = np.bincount(part)[part]
    if part.max() == 1 or np.mean(size == 1) > _LONELY_SHARE:
        return value, np.ones(len(value))
    weight = np.bincount(part, fit.weight)
    middle = np.bincount(part, fit.weight * value) / np.where(weight > 0, weight, 1)
    return value - middle[part], (size - 1) / size


def top_third(values: Sequence[float] | Floats) -> tuple[float, Floats]:
    """Return the upper-third cut and each value's membership.

    Values tied at the cut are members by the same fraction, so that the mean membership is exactly 1/3.

    Returns
    -------
    cut, membership
        Membership is 1 above the cut, 0 below, and a fraction at it; shape (values,). Where the third ends
        between two values, the cut lies halfway between them.
    """
    array = np.asarray(values, dtype=float)
    if not len(array):
        raise ScoringError(say("There is nobody of whom a top third could be taken."))
    wanted = len(array) * TOP_SHARE
    ordered = np.sort(array)[::-1]
    last = ordered[max(int(np.ceil(wanted - 1e-9)) - 1, 0)]
    above, tied = int((array > last).sum()), int((array == last).sum())
    membership = np.where(array > last, 1.0, np.where(array == last, (wanted - above) / tied, 0.0))
    full = wanted - above > tied - 1e-9
    below = ordered[above + tied] if full and above + tied < len(array) else last
    return float((last + below) / 2), membership


@dataclass(frozen=True)
class TopThirds:
    """Upper-third cuts per job family (``pooled`` for families that are too small), and membership."""

    cuts: Mapping[str, float]
    pooled: float
    membership: Floats
    notes: tuple[str, ...]


def top_thirds(values: Floats, families: Sequence[str | None]) -> TopThirds:
    """Return cuts within job families of at least 50 people; all others are judged by the cut over everybody."""
    pooled, membership = top_third(values)
    names = np.array([family or "" for family in families])
    cuts: dict[str, float] = {}
    small: list[str] = []
    for name in sorted(set(names.tolist()) - {""}):
        chosen = names == name
        if chosen.sum() >= FEWEST_IN_FAMILY:
            cuts[name], membership[chosen] = top_third(values[chosen])
        else:
            small.append(name)
    note = f"Fewer than {FEWEST_IN_FAMILY} rated people in: {', '.join(small)}. Their cut is that of everybody."
    return TopThirds(cuts, pooled, membership, (note,) if small else ())
