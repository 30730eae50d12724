"""What the product might do otherwise, tried in every training run and recorded beside its figures.

Challengers of the linear stack, other calibrations, and intervals that assume less. The record changes nothing by
itself (docs/decisions/0016); it says what a reader of the figures may ask: was anything else tried, and was it better?

Of many people a random part takes part (whole units): the question is about the method, and costs the same then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from questionnaires.words import Sentence, packed, say
from scoring.calibrators.comparing import Case, compare_calibrations
from scoring.calibrators.intervals import IntervalCase, compare_intervals
from scoring.challengers.choosing import ENOUGH_FOR_BOOSTING, choose
from scoring.errors import ScoringError
from scoring.folds import assign_folds, splits
from scoring.targets import Targets, rating_components
from scoring.validation.cross_validation import N_FOLDS, Progress
from scoring.validation.learning_data import LearningData, fit_rows

MOST_PEOPLE = 3000
STREAM = 9
_NESTED = 0.3
"""Share of the time that the nested folds take; the challengers take the rest."""


def alternatives(data: LearningData, *, most: int = MOST_PEOPLE, progress: Progress | None = None) -> dict[str, Any]:
    """Try the alternatives on at most so many people.

    Returns
    -------
    dict
        JSON-able: ``calibrations`` (see `scoring.calibrators.comparing`), ``interval_methods`` (see
        `scoring.calibrators.intervals`; None with a binary criterion) and ``challengers`` (see
        `challengers_record`; None below 1,000 people).
    """
    tell = progress or (lambda stage, fraction: None)
    part = data.at_most(most, STREAM)
    cases = list(nested_cases(part))
    told = {
        "calibrations": compare_calibrations([each.case for each in cases], binary=data.binary),
        "interval_methods": None if data.binary else compare_intervals(cases),
    }
    tell("alternatives", _NESTED)
    told["challengers"] = challengers_record(part)
    tell("alternatives", 1.0)
    return told


def nested_cases(data: LearningData) -> Iterator[IntervalCase]:
    """One case per outer fold; folds whose ratings tell nobody apart are left out."""
    parts = rating_components(data.ratings, data.people)
    folds = assign_folds(len(data.people), N_FOLDS, np.random.default_rng([data.seed, STREAM]), data.units, parts)
    for train, new in splits(folds):
        try:
            yield _case(data, train, new)
        except ScoringError:
            continue


def _case(data: LearningData, train: np.ndarray, new: np.ndarray) -> IntervalCase:
    """Learn from ``train`` alone; its inner out-of-fold predictions come from models that never saw ``new``."""
    model, targets = fit_rows(data, train)
    usable = targets.usable
    counted = targets.weights[usable] > 0
    folds = model.inner_folds(int(usable.sum()), data.units_of(train[usable]))
    observed = data.held_out_criteria(new, targets.components)
    known = np.isfinite(observed)
    X = data.encoded.X[new[known]]
    case = Case(
        predictions=model.out_of_fold_[counted],
        criteria=targets.values[usable][counted],
        folds=folds[counted],
        new_predictions=model.predict(X),
        new_criteria=observed[known],
    )
    return IntervalCase(case, X @ model.fold_coef_.T + model.fold_intercept_)


def challengers_record(data: LearningData, repeats: int = 1) -> dict[str, Any] | None:
    """Try challengers of the linear stack by nested cross-validation; None below 1,000 people.

    Criteria are worked out once, from all ratings: raters' severity is the same for every contestant, and answers
    have no part in it. So r is for comparing contestants with each other; the report's own r has criteria worked out
    fold by fold.

    Returns
    -------
    dict
        As `scoring.challengers.choosing.choose` gives it, and ``sentence``: what follows for the product, as
        `questionnaires.words.packed` keeps it.
    """
    if len(data.people) < ENOUGH_FOR_BOOSTING:
        return None
    rows = np.arange(len(data.people))
    targets: Targets = data.targets(rows)
    known = targets.usable
    record = choose(
        data.estimator(),
        data.encoded.X[known],
        targets.values[known],
        sample_weight=targets.weights[known],
        groups=data.units_of(rows[known]),
        auxiliary=None if targets.auxiliary is None else targets.auxiliary[known],
        repeats=repeats,
        seed=data.seed,
    )
    return {**record, "sentence": packed(sentence_on(record))}


def sentence_on(record: Mapping[str, Any]) -> Sentence:
    """What was found, and that the product keeps the linear stack, and why."""
    chosen = record["tried"][record["chosen"]]
    if not chosen["wins"]:
        return say(
            "Nothing that was tried orders people better than the linear stack by more than its standard error; "
            "the linear stack is used."
        )
    return say(
        "%(name)s ordered people a little better here: r is higher by %(gain)s, with a standard error of %(error)s. "
        "The linear stack is used all the same: its coefficients explain each item and tell how exact a score is.",
        name=_NAMES[record["chosen"]],
        gain=f"{chosen['gain']:.3f}",
        error=f"{chosen['gain_se']:.3f}",
    )


_NAMES = {
    "own_criterion": say("The stack without related criteria"),
    "boosting": say("Boosting"),
    "stack_and_boosting": say("The mean of stack and boosting"),
}
