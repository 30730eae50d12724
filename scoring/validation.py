"""Repeated grouped cross-validation, with nothing fitted outside the fold.

In every fold the criteria of the training people come from *their* ratings alone (raters' severity
included), and so do those of the held-out people. Answers are encoded before, which is safe: the encoder
learns nothing from data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from questionnaires.words import say
from scoring import figures
from scoring.calibration import TOP_SHARE
from scoring.encoding import AnswerEncoder, Encoded
from scoring.errors import ScoringError
from scoring.folds import assign_folds, splits
from scoring.ratings import Rating
from scoring.severity import Components
from scoring.stack import SMALLEST_FAMILY, KeyAnchoredStack
from scoring.targets import Targets, targets_of, top_labels

N_FOLDS = 5
RESAMPLES = 400
FEWEST_FOR_VARIANCES = 20
FEWEST_TO_LEARN_FROM = 5
SAME_FOR_ALL = 0.005
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class LearningData:
    """Everything that one training run learns from: people with both answers and ratings.

    Attributes
    ----------
    encoder : AnswerEncoder
        Of the form that was answered.
    encoded : Encoded
        Answers of the n people, row by row.
    people, units, families : tuple of length n
        Ids, units and job families (None where not known).
    ratings : tuple of Rating
        All ratings of these people.
    criterion : str or None
        The competence to predict; None for the mean of all.
    binary : bool
        Whether the criterion is 0 or 1.
    seed : int
        Of folds and resampling.
    """

    encoder: AnswerEncoder
    encoded: Encoded
    people: tuple[str, ...]
    units: tuple[str | None, ...]
    families: tuple[str | None, ...]
    ratings: tuple[Rating, ...]
    criterion: str | None = None
    binary: bool = False
    seed: int = 0
    _by_ratee: dict[str, list[Rating]] = field(init=False, default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for rating in self.ratings:
            self._by_ratee.setdefault(rating.ratee, []).append(rating)

    def targets(self, rows: np.ndarray, given: Components | None = None) -> Targets:
        """Criteria of some people, from the ratings of these people only."""
        people = [self.people[row] for row in rows]
        ratings = [rating for person in people for rating in self._by_ratee[person]]
        return targets_of(ratings, people, competence=self.criterion, binary=self.binary, given=given)

    def held_out_criteria(self, rows: np.ndarray, components: Components | None) -> np.ndarray:
        """Criteria (n,) of held-out people, from held-out ratings only.

        Too few people to estimate three variances from borrow these, and only these, from training. Ratings
        that tell nobody apart are taken as they are.
        """
        borrowed = components if len(rows) < FEWEST_FOR_VARIANCES else None
        try:
            return self.targets(rows, borrowed).values
        except ScoringError:
            return self._plain_means(rows)

    def _plain_means(self, rows: np.ndarray) -> np.ndarray:
        return np.array([self._plain_mean(self.people[row]) for row in rows])

    def _plain_mean(self, person: str) -> float:
        given = self._by_ratee[person]
        values = [r.rating for r in given if self.criterion is None or r.competence == self.criterion]
        return float(np.mean(values)) if values else np.nan

    def units_of(self, rows: np.ndarray) -> list[str | None]:
        return [self.units[row] for row in rows]

    def families_of(self, rows: np.ndarray) -> list[str | None]:
        return [self.families[row] for row in rows]

    def estimator(self) -> KeyAnchoredStack:
        """The product's estimator for this instrument, not fitted."""
        return KeyAnchoredStack(
            key_column=self.encoder.key_column,
            spans=self.encoder.spans,
            binary=self.binary,
            top_share=None if self.binary else TOP_SHARE,
            random_state=self.seed,
        )


def fit_rows(data: LearningData, rows: np.ndarray) -> tuple[KeyAnchoredStack, Targets]:
    """Fit the estimator on some rows, from these people's answers and ratings alone.

    Raises
    ------
    ScoringError
        Where their ratings cannot be compared.
    """
    targets = data.targets(rows)
    known = targets.usable
    if known.sum() < FEWEST_TO_LEARN_FROM:
        raise ScoringError(
            say(
                "Only %(n)s of %(all)s people have ratings that can be compared with anybody's. "
                "Let raters rate several people, or leave the rater column empty.",
                n=int(known.sum()),
                all=len(rows),
            )
        )
    model = data.estimator().fit(
        data.encoded.X[rows[known]],
        targets.values[known],
        sample_weight=targets.weights[known],
        groups=data.units_of(rows[known]),
        auxiliary=None if targets.auxiliary is None else targets.auxiliary[known],
        families=data.families_of(rows[known]),
    )
    return model, targets


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
    results = []
    for repeat in range(wanted):
        rng = np.random.default_rng([data.seed, repeat])
        folds = assign_folds(len(data.people), N_FOLDS, rng, data.units)
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
    out = HeldOut.empty(folds)
    for train, held_out in splits(folds):
        _predict_fold(data, train, held_out, out)
    return out


def _predict_fold(data: LearningData, train: np.ndarray, held_out: np.ndarray, out: HeldOut) -> None:
    model, targets = fit_rows(data, train)
    X = data.encoded.X[held_out]
    observed = data.held_out_criteria(held_out, targets.components)
    families = data.families_of(held_out)
    out.prediction[held_out] = model.predict(X)
    out.probability[held_out] = model.predict_proba(X, families)[:, 1]
    out.key[held_out] = X @ model.key_weights_
    out.criterion[held_out] = observed
    known = targets.usable
    learned = targets.values[known]
    if data.binary:
        out.label[held_out], out.base[held_out] = observed, learned.mean()
        return
    theirs = data.families_of(train[known])
    out.label[held_out] = top_labels(observed, families, learned, theirs, SMALLEST_FAMILY)
    out.base[held_out] = TOP_SHARE
    out.low[held_out], out.high[held_out] = model.predict_interval(X).T


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
