"""From held-out predictions to the validation report: plain figures that are kept with a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from scoring.validation import figures
from scoring.validation.cross_validation import HeldOut
from scoring.validation.learning_data import LearningData

RESAMPLES = 400
SAME_FOR_ALL = 0.005


def report(data: LearningData, results: Sequence[HeldOut], resamples: int = RESAMPLES) -> dict[str, object]:
    """Turn held-out predictions into the figures that are kept with a model: JSON-able plain values.

    ``r`` is the mean over folds and repeats of the correlation of prediction and criterion: over pooled
    folds it is biased downwards in small samples (with ratings of chance, N = 120: -.08 against -.04).
    Intervals come from resampling people, or units where there are at least five.
    """
    rng = np.random.default_rng([data.seed, 999])
    draw = _resampler(data.units, results[0].rows)
    everybody = data.targets(np.arange(len(data.people)))
    reliability = everybody.reliability
    r_low, r_high = _interval(lambda rows: _mean_r(results, "prediction", rows), draw, rng, resamples)
    r = _mean_r(results, "prediction")
    return {
        "n": len(results[0].rows),
        "n_units": len({unit for unit in data.units if unit}),
        "repeats": len(results),
        "r": r,
        "r_low": r_low,
        "r_high": r_high,
        "r_corrected": r / float(np.sqrt(reliability)) if reliability else None,
        "criterion_reliability": reliability,
        "rating_notes": [str(note) for note in everybody.notes],
        "key_r": _mean_r(results, "key") if data.encoder.has_key else None,
        **_probability_figures(results),
        **_tables(results, rng, resamples),
        "coverage_90": None if data.binary else _coverage(results),
    }


def _resampler(units: Sequence[str | None], rows: np.ndarray) -> Callable[[np.random.Generator], np.ndarray]:
    """Return a function that draws people (or whole units) with replacement."""
    members: dict[str, list[int]] = {}
    for row in rows:
        members.setdefault(units[row] or f"\0{row}", []).append(int(row))
    clusters = [np.array(found) for found in members.values()]
    if len(clusters) < 5:
        return lambda rng: rng.choice(rows, len(rows))
    return lambda rng: np.concatenate([clusters[i] for i in rng.integers(0, len(clusters), len(clusters))])


def _interval(
    figure: Callable[[np.ndarray], float],
    draw: Callable[[np.random.Generator], np.ndarray],
    rng: np.random.Generator,
    resamples: int,
) -> tuple[float, float]:
    values = [figure(draw(rng)) for _ in range(resamples)]
    return float(np.quantile(values, 0.05)), float(np.quantile(values, 0.95))


def _mean_r(results: Sequence[HeldOut], column: str, rows: np.ndarray | None = None) -> float:
    return float(np.mean([_within_folds_r(result, column, rows) for result in results]))


def _within_folds_r(result: HeldOut, column: str, rows: np.ndarray | None) -> float:
    """Mean correlation over folds, each fold counting by its people."""
    chosen = result.rows if rows is None else rows
    folds = result.fold[chosen]
    count = np.maximum(np.bincount(folds), 1)
    a = _centred(getattr(result, column)[chosen], folds, count)
    b = _centred(result.criterion[chosen], folds, count)
    scale = np.sqrt(np.bincount(folds, a * a) * np.bincount(folds, b * b))
    r = np.divide(np.bincount(folds, a * b), scale, out=np.zeros(len(count)), where=scale > 1e-12)
    return float(np.average(r, weights=count))


def _centred(values: np.ndarray, folds: np.ndarray, count: np.ndarray) -> np.ndarray:
    return values - (np.bincount(folds, values) / count)[folds]


def _probability_figures(results: Sequence[HeldOut]) -> dict[str, object]:
    rows = [_probability_row(result) for result in results]
    return {name: _mean_known([row[name] for row in rows]) for name in rows[0]}


def _line(p: np.ndarray, labels: np.ndarray) -> tuple[float | None, float | None]:
    """Calibration line, or nothing where everybody is given about the same probability: it has no slope then."""
    if np.std(p) < SAME_FOR_ALL:
        return None, None
    return figures.calibration_line(p, labels)


def _mean_known(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _probability_row(result: HeldOut) -> dict[str, float | None]:
    rows = result.rows
    p, labels, base = result.probability[rows], result.label[rows], result.base[rows]
    intercept, slope = _line(p, labels)
    return {
        "auc": figures.auc(p, labels),
        "brier": figures.brier(p, labels),
        "brier_base": figures.brier(base, labels),
        "log_loss": figures.log_loss(p, labels),
        "log_loss_base": figures.log_loss(base, labels),
        "slope": slope,
        "intercept": intercept,
        "calibration_error": figures.calibration_error(p, labels),
        "base_rate": float(labels.mean()),
    }


def _tables(results: Sequence[HeldOut], rng: np.random.Generator, resamples: int) -> dict[str, object]:
    people = len(results[0].rows)
    scores, p, labels = (np.concatenate(list(column)) for column in zip(*_triples(results), strict=True))
    return {
        "reliability_diagram": figures.reliability_diagram(p, labels, people),
        "expectancy": figures.expectancy_table(scores, p, labels, people),
        "hire_or_retrain": figures.hire_or_retrain([(s, y) for s, _, y in _triples(results)], rng, resamples),
    }


def _triples(results: Sequence[HeldOut]) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    for result in results:
        rows = result.rows
        yield result.probability[rows], result.probability[rows], result.label[rows]


def _coverage(results: Sequence[HeldOut]) -> float:
    inside = []
    for result in results:
        rows = result.rows
        c = result.criterion[rows]
        inside.append(float(np.mean((result.low[rows] <= c) & (c <= result.high[rows]))))
    return float(np.mean(inside))
