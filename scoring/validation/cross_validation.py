"""Repeated grouped cross-validation, with nothing fitted outside the fold.

In every fold the criteria of the training people come from *their* ratings alone (raters' severity
included), and so do those of the held-out people. Answers are encoded before, which is safe: the encoder
learns nothing from data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from scoring.calibration import TOP_SHARE
from scoring.errors import ScoringError
from scoring.folds import assign_folds, splits
from scoring.stack import SMALLEST_FAMILY
from scoring.targets import rating_components, top_labels
from scoring.validation.learning_data import LearningData, fit_rows

N_FOLDS = 5
Progress = Callable[[str, float], None]


@dataclass
class HeldOut:
    """What one repeat of the folds predicted for people it had not seen; arrays of length n.

    ``label`` says how much the observed criterion counts as top third (or is the binary criterion itself),
    ``base`` the base rate known in the training folds. People without a criterion are NaN.
    """

    prediction: np.ndarray
    probability: np.ndarray
    low: np.ndarray
    high: np.ndarray
    key: np.ndarray
    criterion: np.ndarray
    label: np.ndarray
    base: np.ndarray
    fold: np.ndarray

    @classmethod
    def empty(cls, folds: np.ndarray) -> HeldOut:
        blank = {each.name: np.full(len(folds), np.nan) for each in fields(cls)}
        return cls(**{**blank, "fold": folds})

    @property
    def rows(self) -> np.ndarray:
        """People with an observed criterion."""
        return np.flatnonzero(np.isfinite(self.criterion))


def cross_validate(data: LearningData, repeats: int | None = None, progress: Progress | None = None) -> list[HeldOut]:
    """Run the repeated folds; returns one `HeldOut` per repeat."""
    wanted = repeats or repeats_for(len(data.people))
    parts = rating_components(data.ratings, data.people)
    results = []
    for repeat in range(wanted):
        rng = np.random.default_rng([data.seed, repeat])
        folds = assign_folds(len(data.people), N_FOLDS, rng, data.units, parts)
        results.append(_one_repeat(data, folds))
        if progress:
            progress("validate", (repeat + 1) / wanted)
    return results


def repeats_for(n: int) -> int:
    """How often the folds are drawn anew: often for few people, where the draw matters most."""
    if n < 250:
        return 10
    return 5 if n < 3000 else 2


def _one_repeat(data: LearningData, folds: np.ndarray) -> HeldOut:
    """Predict every fold. One whose training ratings tell nobody apart is left out: its people have no criterion."""
    out = HeldOut.empty(folds)
    failed: ScoringError | None = None
    for train, held_out in splits(folds):
        try:
            _predict_fold(data, train, held_out, out)
        except ScoringError as error:
            failed = error
    if failed is not None and not len(out.rows):
        raise failed
    return out


def _predict_fold(data: LearningData, train: np.ndarray, held_out: np.ndarray, out: HeldOut) -> None:
    model, targets = fit_rows(data, train)
    X = data.encoded.X[held_out]
    observed = data.held_out_criteria(held_out, targets.components)
    families = data.families_of(held_out)
    out.prediction[held_out] = model.predict(X)
    out.probability[held_out] = model.predict_proba(X, families)[:, 1]
    out.key[held_out], out.criterion[held_out] = X @ model.key_weights_, observed
    known = targets.usable
    learned = targets.values[known]
    if data.binary:
        out.label[held_out], out.base[held_out] = observed, learned.mean()
        return
    theirs = data.families_of(train[known])
    out.label[held_out] = top_labels(observed, families, learned, theirs, SMALLEST_FAMILY)
    out.base[held_out] = TOP_SHARE
    out.low[held_out], out.high[held_out] = model.predict_interval(X).T
