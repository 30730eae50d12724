"""Item statistics: what each situation and each option did among the staff who answered.

Descriptive, on everybody at once and not cross-validated: they show where to look, and nothing is ever trimmed,
weighted or keyed by them. Choosing items by figures like these, and then validating on the same people, is a
well-known way of fooling oneself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import ndtr

from questionnaires.definition import Item, ResponseFormat
from scoring.encoding import row_means
from scoring.stack import KeyAnchoredStack
from scoring.validation.learning_data import LearningData
from scoring.validation.resampling import CORRELATION, Draws, Interval, Weights, correlations, everybody

FALSE_FLAGS = 0.10
"""Of the options flagged for review, the share that chance alone may flag (Benjamini & Hochberg 1995)."""

FEWEST_CHOOSERS = 10
FEWEST_TO_CORRELATE = 3
_BEST_WORST_ENDS = ("best", "worst")


def item_statistics(data: LearningData, draws: Draws, reliability: float | None = None) -> dict[str, Any]:
    """Describe every item and option; plain values, rounded to four digits.

    Returns
    -------
    dict
        ``items``, each with its ``answered`` share, ``mean_key_score``, ``item_total_r`` (with the mean of the *other*
        items), ``criterion_r`` with its interval, and ``options``; ``never_chosen``, the names of options that
        nobody chose at all; ``criterion_reliability``; and ``descriptive``, always true.

        An option has its ``key``; ``share_best``, ``share_worst``, ``share``, ``mean_rating`` or ``mean_rank`` by
        format (ratings standardised within the person); ``choosers``, who put it first; their mean criterion less that
        of those who put the key's best first (``above_best``), and the ``chance`` of so much or more if they were
        alike. ``review``: they do better, with `FALSE_FLAGS` held over all options.
    """
    criterion = data.targets(np.arange(len(data.people))).values
    drawn = draws.over(lambda weights: _criterion_rs(data, criterion, weights))
    described = [
        _item(data, number, criterion, draws.interval(drawn[str(number)], CORRELATION))
        for number in range(len(data.encoder.items))
    ]
    _flag([option for item in described for option in item["options"]])
    return {
        "items": described,
        "never_chosen": never_chosen(data),
        "criterion_reliability": reliability,
        "descriptive": True,
    }


def _criterion_rs(data: LearningData, criterion: np.ndarray, weights: Weights) -> dict[str, np.ndarray]:
    """Correlations (draws,) of every item's key score with the criterion, by the item's number."""
    found = {}
    for number in range(len(data.encoder.items)):
        own = data.encoded.key_scores[:, number]
        known = np.isfinite(own) & np.isfinite(criterion)
        found[str(number)] = (
            correlations(own[known], criterion[known], weights[:, known])
            if known.sum() >= FEWEST_TO_CORRELATE
            else np.full(len(weights), np.nan)
        )
    return found


def _item(data: LearningData, number: int, criterion: np.ndarray, ends: Interval) -> dict[str, Any]:
    item, block = data.encoder.items[number], data.encoder.blocks[number]
    scores = data.encoded.key_scores
    own, others = scores[:, number], row_means(np.delete(scores, number, axis=1))
    r = _r(own, criterion)
    low, high = (None, None) if r is None else ends
    columns = data.encoded.X[:, block.columns]
    return {
        "id": item.id,
        "format": item.format.value,
        "facet": item.facet,
        "answered": _rounded(1.0 - float(np.mean(_missing(item, columns)))),
        "mean_key_score": _rounded(float(np.nanmean(own)) if np.isfinite(own).any() else None),
        "item_total_r": _rounded(_r(own, others)),
        "criterion_r": _rounded(r),
        "criterion_r_low": _rounded(low),
        "criterion_r_high": _rounded(high),
        **_mean_value(item, columns),
        "options": _options(item, columns, criterion),
    }


def _mean_value(item: Item, columns: np.ndarray) -> dict[str, float | None]:
    """The mean answer to a statement, on its own scale."""
    if item.format is not ResponseFormat.LIKERT or item.scale is None:
        return {}
    given = columns[columns[:, -1] == 0, 0]
    low, high = item.scale.minimum, item.scale.maximum
    return {"mean_value": _rounded((low + high + float(given.mean()) * (high - low)) / 2 if len(given) else None)}


def _missing(item: Item, columns: np.ndarray) -> np.ndarray:
    """Whether the answer lacks a part (n,)."""
    last = columns[:, -1]
    if item.format is ResponseFormat.BEST_WORST:
        return np.maximum(last, columns[:, len(item.options)])
    return last


def _r(a: np.ndarray, b: np.ndarray) -> float | None:
    known = np.isfinite(a) & np.isfinite(b)
    if known.sum() < FEWEST_TO_CORRELATE or np.ptp(a[known]) < 1e-12 or np.ptp(b[known]) < 1e-12:
        return None
    return float(correlations(a[known], b[known], everybody(int(known.sum())))[0])


def first_choices(item: Item, columns: np.ndarray) -> np.ndarray:
    """How far each person puts each option first (n, options): 1, or shared where several are rated alike."""
    k = len(item.options)
    if item.format in (ResponseFormat.BEST_WORST, ResponseFormat.PICK_ONE):
        return columns[:, :k]
    given = columns[:, :k]
    told = (columns[:, -1] == 0) & (np.ptp(given, axis=1) > 1e-12)
    on_top = (given >= given.max(axis=1, keepdims=True) - 1e-9) & told[:, None]
    return on_top / np.maximum(on_top.sum(axis=1, keepdims=True), 1)


def _options(item: Item, columns: np.ndarray, criterion: np.ndarray) -> list[dict[str, Any]]:
    if not item.options:
        return []
    first = first_choices(item, columns)
    keys = [option.key.mean if option.key else None for option in item.options]
    top = max((key for key in keys if key is not None), default=None)
    best = first[:, [key is not None and key == top for key in keys]].sum(axis=1)
    return [
        {
            "id": option.id,
            "key": key,
            **_shares(item, columns, number),
            "choosers": round(float(chosen.sum())),
            **_against_best(chosen, best, criterion, key in (None, top)),
        }
        for number, (option, key, chosen) in enumerate(zip(item.options, keys, first.T, strict=True))
    ]


def _against_best(chosen: np.ndarray, best: np.ndarray, criterion: np.ndarray, is_best: bool) -> dict[str, Any]:
    above, chance = (None, None) if is_best else _above(chosen, best, criterion)
    return {"above_best": _rounded(above), "chance": _rounded(chance), "review": False}


def _shares(item: Item, columns: np.ndarray, number: int) -> dict[str, float | None]:
    k = len(item.options)
    if item.format is ResponseFormat.BEST_WORST:
        places = (number, k + 1 + number)
        return {
            f"share_{end}": _rounded(float(columns[:, place].mean()))
            for end, place in zip(_BEST_WORST_ENDS, places, strict=True)
        }
    if item.format is ResponseFormat.PICK_ONE:
        return {"share": _rounded(float(columns[:, number].mean()))}
    given = columns[columns[:, -1] == 0, number]
    if item.format is ResponseFormat.RATE_EACH:
        return {"mean_rating": _rounded(float(given.mean()) if len(given) else None)}
    spread = np.sqrt((k * k - 1) / 12.0)
    return {"mean_rank": _rounded((k + 1) / 2 - float(given.mean()) * spread if len(given) else None)}


def _above(first: np.ndarray, best: np.ndarray, criterion: np.ndarray) -> tuple[float | None, float | None]:
    """Mean criterion of an option's choosers less that of the best option's, and the chance of so much or more."""
    known = np.isfinite(criterion)
    ours, theirs = first[known], best[known]
    if min(ours.sum(), theirs.sum()) < FEWEST_CHOOSERS:
        return None, None
    (mean, variance), (other, spread) = (_weighted(criterion[known], weights) for weights in (ours, theirs))
    error = float(np.sqrt(variance / ours.sum() + spread / theirs.sum()))
    return mean - other, float(ndtr((other - mean) / error)) if error > 1e-12 else None


def _weighted(values: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    mean = float(np.average(values, weights=weights))
    return mean, float(np.average((values - mean) ** 2, weights=weights))


def _flag(options: Sequence[dict[str, Any]]) -> None:
    """Mark options whose choosers do better than the key's best option's, with false discoveries held down."""
    tested = sorted((option for option in options if option["chance"] is not None), key=lambda each: each["chance"])
    allowed = [FALSE_FLAGS * rank / len(tested) for rank in range(1, len(tested) + 1)]
    last = max((rank for rank, each in enumerate(tested) if each["chance"] <= allowed[rank]), default=-1)
    for option in tested[: last + 1]:
        option["review"] = True


def never_chosen(data: LearningData) -> list[str]:
    """Names ``item.part`` of the columns of options that nobody chose: their weight is 0."""
    return list(data.encoder.unused_options(data.encoded.X))


def with_weights(statistics: Mapping[str, Any], data: LearningData, estimator: KeyAnchoredStack) -> dict[str, Any]:
    """Add what the finished model learned of each option: ``weight`` (of best and worst, where both are asked).

    The change of the predicted criterion, on the rating scale, against the item's average answer; the key's own
    part is not in it.
    """
    centre = data.encoded.X.mean(axis=0)
    rows = zip(statistics["items"], data.encoder.items, data.encoder.blocks, strict=True)
    weighed = [
        {
            **described,
            "options": _weighed(item, described["options"], estimator.coef_[block.columns], centre[block.columns]),
        }
        for described, item, block in rows
    ]
    return {**statistics, "items": weighed}


def _weighed(
    item: Item, given: Sequence[Mapping[str, Any]], coefficients: np.ndarray, centre: np.ndarray
) -> list[dict[str, Any]]:
    k = len(item.options)
    if item.format is ResponseFormat.BEST_WORST:
        halves = {"weight_best": slice(0, k + 1), "weight_worst": slice(k + 1, 2 * k + 2)}
    elif item.format is ResponseFormat.PICK_ONE:
        halves = {"weight": slice(0, k + 1)}
    else:
        return [{**option, "weight": _rounded(float(coefficients[i]))} for i, option in enumerate(given)]
    levels = {name: float(coefficients[half] @ centre[half]) for name, half in halves.items()}
    return [
        {
            **option,
            **{name: _rounded(float(coefficients[half][i]) - levels[name]) for name, half in halves.items()},
        }
        for i, option in enumerate(given)
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else round(value, 4)
