"""Facets: whether the score on a part of the questionnaire says anything that the total does not.

A facet of three situations is short, and short scores are unreliable; the total is long, and goes with every
facet. So the total often predicts somebody's true facet better than the facet's own score does, and a profile
would be fortune telling. Haberman (2008, *When can subscores have value?*, J. Educ. Behav. Stat. 33) gives the
rule: compare how much each of them reduces the mean squared error of predicting the true facet (PRMSE).

With s the observed facet score, x the total over all items, and r_s the reliability of s::

    PRMSE of s  = r_s
    PRMSE of x  = cov(t, x)^2 / (var(t) var(x)),   var(t) = r_s var(s),   cov(t, x) = cov(s, x) - (1 - r_s) var(s)

with t the true facet, and x and s sums over items. Reliability is Guttman's lambda-2, which needs no equal items.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

import numpy as np

from questionnaires.definition import Item
from scoring.encoding import row_means
from scoring.precision import lambda_two

FEWEST_PEOPLE = 50
RESAMPLES = 200
Z = 1.6449
TOO_LITTLE = "too_little_information"
BELOW, AROUND, ABOVE = "below", "around", "above"


@dataclass(frozen=True)
class FacetRule:
    """What Haberman's rule says of one facet.

    Attributes
    ----------
    facet, items
        Name, and how many of its items are keyed.
    reliability
        Of the facet score; None where it cannot be told (a single item, or scores that do not vary).
    prmse_facet, prmse_total
        Proportional reduction of the mean squared error, by the facet score and by the total.
    advantage_low
        Lower end of the 90 % interval of their difference, over resampled people.
    wins
        Whether the facet score predicts the true facet better, beyond chance (``advantage_low`` above 0).
    mean, spread
        Of the facet score among the people it was worked out on.
    """

    facet: str
    items: int
    reliability: float | None
    prmse_facet: float | None
    prmse_total: float | None
    advantage_low: float | None
    wins: bool
    mean: float | None
    spread: float | None

    def to_plain(self) -> dict[str, Any]:
        """JSON-able values."""
        return asdict(self)


@dataclass(frozen=True)
class FacetBand:
    """One person's band on one facet: ``below``, ``around`` or ``above`` the staff's mean.

    ``code`` is ``too_little_information`` where the facet's rule does not allow a band, or the person answered
    none of its items. ``value`` estimates the true facet score (0..1), within ``low`` and ``high`` nine times of ten.
    """

    facet: str
    code: str
    value: float | None = None
    low: float | None = None
    high: float | None = None


def facets_of(items: Sequence[Item]) -> dict[str, list[int]]:
    """Positions of the keyed items of each facet, in the order of the questionnaire."""
    found: dict[str, list[int]] = {}
    for position, item in enumerate(items):
        if item.facet is not None and item.keyed:
            found.setdefault(item.facet, []).append(position)
    return found


def facet_scores(key_scores: np.ndarray, items: Sequence[Item]) -> tuple[tuple[str, ...], np.ndarray]:
    """Mean standardised key score of each person in each facet.

    Parameters
    ----------
    key_scores : ndarray of shape (n, n_items)
        As `scoring.encoding.Encoded` holds them, NaN where an item was not answered.
    items
        The form's scorable items, in the same order.

    Returns
    -------
    names, scores
        Facets, and scores (n, n_facets) in 0..1; NaN for who answered no item of the facet.
    """
    places = facets_of(items)
    columns = [row_means(key_scores[:, positions]) for positions in places.values()]
    return tuple(places), np.column_stack(columns) if columns else np.empty((len(key_scores), 0))


def haberman(part: np.ndarray, rest: np.ndarray) -> tuple[float, float, float] | None:
    """Reliability of a facet score and its PRMSE, and the total's.

    Parameters
    ----------
    part : ndarray of shape (n, k)
        Item scores of the facet, none missing. The facet score is their sum.
    rest : ndarray of shape (n, m)
        All other item scores. The total is the sum of everything.

    Returns
    -------
    tuple of (reliability, PRMSE of the facet score, PRMSE of the total), or None
        The first two are the same. None where the facet has a single item, or a score does not vary.
    """
    reliability = lambda_two(part)
    score = part.sum(axis=1)
    total = score + rest.sum(axis=1)
    variance, spread = float(np.var(score)), float(np.var(total))
    if reliability is None or reliability <= 0.0 or min(variance, spread) < 1e-18:
        return None
    covariance = float(np.mean((score - score.mean()) * (total - total.mean()))) - (1.0 - reliability) * variance
    by_total = covariance**2 / (reliability * variance * spread)
    return reliability, reliability, float(np.clip(by_total, 0.0, 1.0))


def facet_rules(key_scores: np.ndarray, items: Sequence[Item], seed: int = 0) -> list[FacetRule]:
    """Apply Haberman's rule to every facet.

    Missing item scores are taken as the item's mean: nobody's profile rests on them, only the rule does.

    Parameters
    ----------
    key_scores : ndarray of shape (n, n_items)
        Of staff; with fewer than 50 people no facet wins.
    """
    places = facets_of(items)
    keyed = sorted(position for positions in places.values() for position in positions)
    loose = [i for i, item in enumerate(items) if item.keyed and i not in set(keyed)]
    filled = _filled(key_scores)
    return [
        _rule(name, filled[:, positions], filled[:, [i for i in keyed + loose if i not in positions]], seed)
        for name, positions in places.items()
    ]


def _filled(scores: np.ndarray) -> np.ndarray:
    known = np.isfinite(scores)
    count = np.maximum(known.sum(axis=0), 1)
    return np.where(known, scores, np.where(known, scores, 0.0).sum(axis=0) / count)


def _rule(name: str, part: np.ndarray, rest: np.ndarray, seed: int) -> FacetRule:
    found = haberman(part, rest)
    means = part.mean(axis=1)
    if found is None:
        return FacetRule(name, part.shape[1], None, None, None, None, False, _plain(means.mean), _plain(means.std))
    low = _advantage_low(part, rest, seed) if len(part) >= FEWEST_PEOPLE else None
    return FacetRule(
        facet=name,
        items=part.shape[1],
        reliability=found[0],
        prmse_facet=found[1],
        prmse_total=found[2],
        advantage_low=low,
        wins=low is not None and low > 0.0,
        mean=float(means.mean()),
        spread=float(means.std()),
    )


def _plain(figure: Any) -> float | None:
    value = float(figure())
    return value if np.isfinite(value) else None


def _advantage_low(part: np.ndarray, rest: np.ndarray, seed: int) -> float | None:
    """Fifth percentile of PRMSE(facet) - PRMSE(total) over resampled people."""
    rng = np.random.default_rng([seed, 12])
    together = np.column_stack([part, rest.sum(axis=1)])
    values = []
    for _ in range(RESAMPLES):
        rows = together[rng.integers(0, len(part), len(part))]
        found = haberman(rows[:, :-1], rows[:, -1:])
        if found is not None:
            values.append(found[1] - found[2])
    return float(np.quantile(values, 0.05)) if len(values) > RESAMPLES // 2 else None


def bands(rules: Sequence[FacetRule | Mapping[str, Any]], scores: Mapping[str, float]) -> list[FacetBand]:
    """One person's facet bands.

    Parameters
    ----------
    rules
        Of the facets; as plain values too, as a model's figures hold them.
    scores
        The person's facet scores in 0..1; facets without any answer left out, or NaN.

    Returns
    -------
    list of FacetBand
        Where the rule allows it, Kelley's estimate ``mean + r (score - mean)`` with its 90 % interval from the
        standard error ``spread sqrt(r (1 - r))``: above or below where the interval leaves the staff's mean out.
    """
    return [_band(rule.to_plain() if isinstance(rule, FacetRule) else rule, scores) for rule in rules]


def _band(rule: Mapping[str, Any], scores: Mapping[str, float]) -> FacetBand:
    score = scores.get(rule["facet"])
    if not rule["wins"] or score is None or not np.isfinite(score):
        return FacetBand(rule["facet"], TOO_LITTLE)
    reliability, mean = rule["reliability"], rule["mean"]
    value = mean + reliability * (score - mean)
    reach = Z * rule["spread"] * sqrt(reliability * (1.0 - reliability))
    code = ABOVE if value - reach > mean else BELOW if value + reach < mean else AROUND
    return FacetBand(rule["facet"], code, value, value - reach, value + reach)
