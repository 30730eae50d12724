"""The learning curve: how well the model orders people after learning from fewer of them.

For every fold of a validation, the estimator is trained again on parts of the fold's training people, drawn
unit by unit, and predicts the same held-out people. Criteria of each part come from its own ratings alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.errors import ScoringError
from scoring.folds import splits
from scoring.validation.cross_validation import HeldOut, Progress
from scoring.validation.forecast import forecast
from scoring.validation.learning_data import LearningData, fit_rows
from scoring.validation.resampling import CORRELATION, Draws, Weights, everybody, within_folds

SMALLEST = 50
LEAST = 20
MOST_SIZES = 6


@dataclass(frozen=True)
class Trial:
    """Predictions (n,) for held-out people by models that learned from about ``size`` others, and the key's."""

    size: float
    prediction: np.ndarray
    key: np.ndarray
    criterion: np.ndarray
    fold: np.ndarray


def sizes_for(n_train: int) -> list[int]:
    """Training sizes below ``n_train``, evenly spread on a logarithmic scale; empty where too few for a curve."""
    first = max(LEAST, min(SMALLEST, n_train // 3))
    if n_train < 1.5 * first:
        return []
    number = int(np.clip(round(np.log2(n_train / first)) + 1, 3, MOST_SIZES))
    return [round(size) for size in np.geomspace(first, n_train, number)[:-1]]


def draws_for(n: int) -> tuple[int, int]:
    """How many repeats of the folds take part, and how many parts are drawn of each size in each fold."""
    if n < 250:
        return 2, 2
    return (1, 3) if n < 3000 else (1, 2)


def learning_curve(
    data: LearningData,
    results: Sequence[HeldOut],
    draws: Draws,
    reliability: float | None = None,
    progress: Progress | None = None,
    gain_error: float = 0.0,
) -> dict[str, object]:
    """Points of the curve and what they say about more rated staff; plain values.

    Parameters
    ----------
    results
        Of the validation; its first folds are used again, and it is the curve's last point.
    draws
        Resampled people, for the intervals.
    reliability
        Of the criterion, carried along.
    gain_error
        Standard error of the gain over the key that resampled people do not show.

    Returns
    -------
    dict
        ``points`` (``n``, ``r``, ``r_low``, ``r_high``, ``key_r``, ``gain``, its interval), the ``forecast``
        of `scoring.validation.forecast`, and ``criterion_reliability``.
    """
    repeats, parts = draws_for(len(data.people))
    chosen = list(results[:repeats])
    trials = _trials(data, chosen, parts, progress)
    by_size = [*_grouped(trials), _full(chosen)]
    known = len(data.people)
    point = [_rs(group, everybody(known)) for group in by_size]
    drawn = draws.over(lambda weights: _all_rs(by_size, weights))
    sizes = [float(np.mean([trial.size for trial in group])) for group in by_size]
    values = [(drawn[f"r{i}"], drawn[f"key{i}"]) for i in range(len(by_size))]
    return {
        "points": [
            _point(*row, data.encoder.has_key, draws, gain_error) for row in zip(sizes, point, values, strict=True)
        ],
        "forecast": forecast(sizes, point, values, len(results[0].rows), data.encoder.has_key, data.seed, gain_error),
        "criterion_reliability": reliability,
    }


def _trials(
    data: LearningData, results: Sequence[HeldOut], parts: int, progress: Progress | None
) -> dict[tuple[int, int, int], Trial]:
    n_train = round(np.mean([len(train) for result in results for train, _ in splits(result.fold)]))
    wanted = [(size, k, part) for size in sizes_for(n_train) for k in range(len(results)) for part in range(parts)]
    trials: dict[tuple[int, int, int], Trial] = {}
    for done, (size, k, part) in enumerate(wanted, start=1):
        rng = np.random.default_rng([data.seed, 5, size, k, part])
        trial = _trial(data, results[k], size, rng)
        if trial is not None:
            trials[size, k, part] = trial
        if progress:
            progress("learning_curve", done / len(wanted))
    return trials


def _trial(data: LearningData, result: HeldOut, size: int, rng: np.random.Generator) -> Trial | None:
    """Predict every held-out fold from ``size`` of its training people; None where ratings of so few do not compare."""
    prediction, key = np.full((2, len(result.fold)), np.nan)
    for train, held_out in splits(result.fold):
        rows = draw_part(data, train, size, rng)
        try:
            model, _ = fit_rows(data, rows, minimum=0)
        except ScoringError:
            return None
        X = data.encoded.X[held_out]
        prediction[held_out], key[held_out] = model.predict(X), X @ model.key_weights_
    return Trial(size, prediction, key, result.criterion, result.fold)


def draw_part(data: LearningData, train: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Draw ``size`` of the training rows, whole units as far as they go: their colleagues are their raters."""
    names = np.array([data.units[row] or f"\0{row}" for row in train])
    codes = np.unique(names, return_inverse=True)[1]
    place = rng.permutation(int(codes.max()) + 1)[codes]
    order = np.lexsort((rng.permutation(len(train)), place))
    return np.sort(train[order[:size]])


def _grouped(trials: dict[tuple[int, int, int], Trial]) -> list[list[Trial]]:
    return [[trial for key, trial in trials.items() if key[0] == size] for size in sorted({key[0] for key in trials})]


def _full(results: Sequence[HeldOut]) -> list[Trial]:
    return [
        Trial(
            float(np.mean([len(train) for train, _ in splits(result.fold)])),
            result.prediction,
            result.key,
            result.criterion,
            result.fold,
        )
        for result in results
    ]


def _rs(group: Sequence[Trial], weights: Weights) -> tuple[np.ndarray, np.ndarray]:
    """Mean correlations (draws,) of prediction and key over the trials of one size."""
    pairs = [[_one_r(trial, values, weights) for values in (trial.prediction, trial.key)] for trial in group]
    r, key = np.mean(pairs, axis=0)
    return r, key


def _one_r(trial: Trial, values: np.ndarray, weights: Weights) -> np.ndarray:
    rows = np.flatnonzero(np.isfinite(trial.criterion))
    return within_folds(values[rows], trial.criterion[rows], trial.fold[rows], weights[:, rows])


def _all_rs(by_size: Sequence[Sequence[Trial]], weights: Weights) -> dict[str, np.ndarray]:
    found = {}
    for i, group in enumerate(by_size):
        found[f"r{i}"], found[f"key{i}"] = _rs(group, weights)
    return found


def _point(
    size: float,
    point: tuple[np.ndarray, np.ndarray],
    drawn: tuple[np.ndarray, np.ndarray],
    has_key: bool,
    draws: Draws,
    gain_error: float,
) -> dict[str, float | int | None]:
    (r,), (key_r,) = point
    low, high = draws.interval(drawn[0], CORRELATION)
    gain_low, gain_high = draws.interval(drawn[0] - drawn[1], further_error=gain_error)
    return {
        "n": round(size),
        "r": float(r),
        "r_low": low,
        "r_high": high,
        "key_r": float(key_r) if has_key else None,
        "gain": float(r - key_r) if has_key else None,
        "gain_low": gain_low if has_key else None,
        "gain_high": gain_high if has_key else None,
    }
