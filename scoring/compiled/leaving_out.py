"""A compiled model with items left out: as if they had not been asked, with the staff's mean in their place.

    prediction = what the other items add + what each item left out added for the training staff on average

The key total weighs as much as the items that are left weigh in it; the share of the others is in their averages.
Over people like the training staff the prediction is therefore the same on average as with the items. What one
person's own answer would have added to it is lost: it goes into the error, so that intervals widen and
probabilities come nearer to the base rate. How far an item's part varies is not kept in a model; half of its range,
which no standard deviation exceeds, stands for it.

Without those averages, as by the key alone, the items are taken as not answered: the mean of the others is the
person's own, and nothing is known of the error.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from math import pi, sqrt

from scoring.compiled.calibration import Calibration, Gaussian, Logistic
from scoring.compiled.items import BEST_WORST, LIKERT, PICK_ONE, RATE_EACH, CompiledItem, complete_answers
from scoring.compiled.model import CompiledModel


def without(model: CompiledModel, left_out: Collection[str]) -> CompiledModel:
    """Return the model that scores the other items; names that it does not know make no difference.

    Parameters
    ----------
    left_out
        Ids of items that were not asked, or whose answers do not count.
    """
    gone = [item for item in model.items if item.id in left_out]
    if not gone:
        return model
    return replace(
        model,
        items=tuple(item for item in model.items if item.id not in left_out),
        intercept=model.intercept + sum(expected_of(model.means, item) for item in gone),
        key_weight=model.key_weight * key_share_left(model, gone),
        calibration=widened(model.calibration, lost_variance(model, gone)),
        means=None if model.means is None else {i.id: model.means[i.id] for i in model.items if i.id not in left_out},
    )


def expected_of(means: Mapping[str, float] | None, item: CompiledItem) -> float:
    """What stands in for the item: what it added for the staff on average, or the weight of no answer."""
    return item.part({}).weight if means is None else means[item.id]


def key_share_left(model: CompiledModel, gone: Iterable[CompiledItem]) -> float:
    """The share of the key total's weight that stays with the items that are left."""
    if model.means is None or not model.keyed:
        return 1.0
    return (model.keyed - sum(item.keyed for item in gone)) / model.keyed


def lost_variance(model: CompiledModel, gone: Iterable[CompiledItem]) -> float:
    """At most so much variance of the prediction goes with these items, what they add being independent."""
    if model.calibration is None:
        return 0.0
    share = model.key_weight / model.keyed if model.keyed else 0.0
    return sum(half_range(item, share) ** 2 for item in gone)


def half_range(item: CompiledItem, key_weight: float) -> float:
    """Half the distance between the most and the least that complete answers to an item can add."""
    if item.format in (BEST_WORST, PICK_ONE, LIKERT):
        parts = [item.part(answer) for answer in complete_answers(item)]
        added = [part.weight + key_weight * part.key for part in parts]
        return (max(added) - min(added)) / 2.0
    return _half_range_of_profile(item, key_weight)


def _half_range_of_profile(item: CompiledItem, key_weight: float) -> float:
    """A bound: standardised ratings of k options are a vector of length sqrt(k), and so are their strengths."""
    k = len(item.options)
    mean = sum(item.weights[:k]) / k
    reach = sqrt(sum((weight - mean) ** 2 for weight in item.weights[:k]))
    strengths = sqrt(sum(weight**2 for weight in item.weights[k : 2 * k])) if item.format == RATE_EACH else 0.0
    return sqrt(k) * (reach + strengths) + abs(key_weight) * item.keyed / 2.0


def widened(calibration: Calibration | None, variance: float) -> Calibration | None:
    """The calibration of a prediction that lacks parts of this variance."""
    if calibration is None or variance <= 0.0:
        return calibration
    if isinstance(calibration, Logistic):
        return _flatter(calibration, variance)
    factor = widening(calibration.spread, variance)
    return Gaussian(
        spread=calibration.spread * factor,
        threshold=calibration.threshold,
        low=calibration.low * factor if calibration.low < 0.0 else calibration.low,
        high=calibration.high * factor if calibration.high > 0.0 else calibration.high,
        families=calibration.families,
    )


def widening(spread: float, variance: float) -> float:
    """By how much errors of this spread grow when an independent part of this variance joins them: 1 or more."""
    return sqrt(1.0 + variance / spread**2)


def _flatter(calibration: Logistic, variance: float) -> Logistic:
    """The logistic curve blurred by a normal error (MacKay 1992): flatter, and turned about its middle."""
    factor = 1.0 / sqrt(1.0 + pi * calibration.slope**2 * variance / 8.0)
    return Logistic(calibration.intercept * factor, calibration.slope * factor)
