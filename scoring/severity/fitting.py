"""Raters' severity: what each person's ratings say once it is known who rated them.

``rating = mean + ratee + rater + error`` with crossed random effects, fitted by exact restricted maximum
likelihood wherever the smaller side has at most ``LARGEST_EXACT`` levels, else by Monte-Carlo
likelihood. Of several competences each is fitted, and their composite beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from time import process_time
from typing import NamedTuple, TypeVar

import numpy as np

from questionnaires.words import say
from scoring.errors import ScoringError
from scoring.ratings import Rating
from scoring.severity.design import (
    Design,
    Floats,
    Ints,
    build_design,
    check_crossing,
    check_ratings,
    components_of,
)
from scoring.severity.forms import Summary
from scoring.severity.large import fit_large_at, minimise_large
from scoring.severity.moments import starting_ratios
from scoring.severity.reml import evaluate, minimise

LARGEST_EXACT = 3000
UNEXPLAINED_SHARE = 0.8
"""Share of true performance that answers leave unexplained (validity about .45): Garrick's c."""
FEW_RATERS = 3
_LEAST_RELIABILITY = 1e-6
_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Components:
    """The estimated mean and variances. ``reml_criterion`` is None where the fit is not exact.

    ``method`` is ``reml``, ``reml-without-raters`` (every rater rated once: severity is part of the error),
    ``monte-carlo-reml`` or ``given`` (variances were handed in). ``seconds`` is processor time.
    """

    mean: float
    ratee: float
    rater: float
    residual: float
    reml_criterion: float | None
    method: str
    seconds: float


class RateeEffect(NamedTuple):
    """What the ratings say about one person; None where they say nothing."""

    ratee: str
    competence: str | None
    effect: float
    reliability: float
    raters: int
    component: int
    standard_score: float | None
    deregressed: float | None
    weight: float


@dataclass(frozen=True)
class SeverityFit:
    """The fit of one competence, or of the composite (``competence`` None); arrays in order of ``ratees``.

    Attributes
    ----------
    effect
        Shrunken effect of each ratee (best linear unbiased prediction), shape (ratees,).
    reliability
        ``1 - PEV / variance``, the uncertainty of the mean included.
    raters
        How many different raters rated the person.
    component
        Connected part of the graph of who rated whom, 1 being the largest.
    severity
        Shrunken effect of each rater in ``rater_ids``; above zero is lenient.
    """

    competence: str | None
    components: Components
    ratees: tuple[str, ...]
    effect: Floats
    reliability: Floats
    raters: Ints
    component: Ints
    rater_ids: tuple[str, ...]
    severity: Floats
    notes: tuple[str, ...] = ()

    @property
    def deregressed(self) -> Floats:
        """Effect / reliability: unshrunken, fit to train on; NaN without any reliability."""
        known = self.reliability > _LEAST_RELIABILITY
        return np.divide(self.effect, self.reliability, out=np.full(len(known), np.nan), where=known)

    @property
    def weight(self) -> Floats:
        """``1 / (c + (1 - r2) / r2)`` (Garrick, Taylor & Fernando 2009, Genet. Sel. Evol. 41:55)."""
        known = self.reliability > _LEAST_RELIABILITY
        noise = np.divide(1 - self.reliability, self.reliability, out=np.full(len(known), np.inf), where=known)
        return 1 / (UNEXPLAINED_SHARE + noise)

    @property
    def standard_score(self) -> Floats:
        """Effects standardised within their component; NaN for who has nobody to be compared with."""
        size = np.bincount(self.component)[self.component]
        mean = np.bincount(self.component, self.effect)[self.component] / size
        spread = np.sqrt(np.bincount(self.component, (self.effect - mean) ** 2)[self.component] / size)
        known = spread > 1e-12
        return np.divide(self.effect - mean, spread, out=np.full(len(known), np.nan), where=known)

    def rows(self) -> list[RateeEffect]:
        """Return one row per ratee."""
        columns = (
            self.effect.tolist(),
            self.reliability.tolist(),
            self.raters.tolist(),
            self.component.tolist(),
            _or_none(self.standard_score),
            _or_none(self.deregressed),
            self.weight.tolist(),
        )
        names = [self.competence] * len(self.ratees)
        return [RateeEffect(*row) for row in zip(self.ratees, names, *columns, strict=True)]


def _or_none(values: Floats) -> list[float | None]:
    return [None if isnan(value) else value for value in values.tolist()]


@dataclass(frozen=True)
class SeverityResult:
    """The composite (or only) fit, and one fit per competence where there are several."""

    overall: SeverityFit
    competences: Mapping[str, SeverityFit]

    @property
    def components(self) -> Components:
        """The components of the composite or only fit."""
        return self.overall.components

    @property
    def fits(self) -> tuple[SeverityFit, ...]:
        """Every fit: the competences first, the composite last."""
        return (*self.competences.values(), self.overall)

    @property
    def effects(self) -> list[RateeEffect]:
        """Return the rows of every fit."""
        return [row for fit in self.fits for row in fit.rows()]


def fit_severity(ratings: Sequence[Rating]) -> SeverityResult:
    """Fit severity for each competence and for their composite.

    Raises
    ------
    ScoringError
        Where raters are not known, or the ratings cannot carry the model: constant or not finite, one rater,
        fewer than four people, a single rating for everybody. The message says what to do.
    """
    names = list(dict.fromkeys(rating.competence for rating in ratings))
    if len(names) <= 1:
        return SeverityResult(fit_one(ratings, names[0] if names else None), {})
    fits = {name or "": _fit_named(ratings, name) for name in names}
    return SeverityResult(fit_one(composite(ratings)), fits)


def _fit_named(ratings: Sequence[Rating], name: str | None) -> SeverityFit:
    chosen = [rating for rating in ratings if rating.competence == name]
    try:
        return fit_one(chosen, name)
    except ScoringError as error:
        raise type(error)(f"Competence “{name}”: {error}") from error


def composite(ratings: Sequence[Rating]) -> list[Rating]:
    """Average the competences of each rater, ratee and date.

    Each competence is centred first, so that a competence that was skipped moves nobody's average; the mean
    of the competences' means is added again. Ratings of a single competence stay as they are.
    """
    if len({rating.competence for rating in ratings}) <= 1:
        return [rating._replace(competence=None) for rating in ratings]
    means = mean_by([(rating.competence, rating.rating) for rating in ratings])
    middle = sum(means.values()) / len(means)
    keyed = [((r.ratee, r.rater, r.date), middle + r.rating - means[r.competence]) for r in ratings]
    return [Rating(ratee, rater, mean, None, date) for (ratee, rater, date), mean in mean_by(keyed).items()]


def mean_by(pairs: Sequence[tuple[_Key, float]]) -> dict[_Key, float]:
    """Return the mean value of each key, in order of appearance."""
    sums: dict[_Key, list[float]] = {}
    for key, value in pairs:
        entry = sums.setdefault(key, [0.0, 0])
        entry[0] += value
        entry[1] += 1
    return {key: total / count for key, (total, count) in sums.items()}


def fit_one(
    ratings: Sequence[Rating],
    competence: str | None = None,
    *,
    given: Components | None = None,
    largest_exact: int = LARGEST_EXACT,
) -> SeverityFit:
    """Fit severity to the ratings as they are, whatever their competence.

    Parameters
    ----------
    given
        Variances to take instead of estimating them, for ratings too few to estimate any.
    largest_exact
        Where the smaller side has more levels, Monte-Carlo likelihood takes the place of the exact one.

    Raises
    ------
    ScoringError
        As in `fit_severity`.
    """
    started = process_time()
    value = np.array([rating.rating for rating in ratings], dtype=float)
    check_ratings(value)
    if any(rating.rater is None for rating in ratings):
        raise ScoringError(say("Severity needs to know who gave each rating. Fill in the rater of every row."))
    ratees, ratee = codes_of([rating.ratee for rating in ratings])
    rater_ids, rater = codes_of([rating.rater for rating in ratings])
    separable = given is not None or check_crossing(ratee, rater)
    design = build_design(ratee, rater if separable else np.zeros_like(rater), value)
    exact = len(design.kept_n) <= largest_exact
    solution = _solve_exactly(design, separable, given) if exact else _solve_approximately(design, given)
    return SeverityFit(
        competence=competence,
        components=_components(solution, process_time() - started),
        ratees=ratees,
        effect=solution.ratee_effects,
        reliability=solution.reliability,
        raters=_distinct_raters(ratee, rater),
        component=components_of(ratee, rater),
        rater_ids=rater_ids,
        severity=solution.rater_effects if separable else np.zeros(len(rater_ids)),
        notes=tuple(_notes(solution, ratee, rater)),
    )


def rater_severity(ratings: Sequence[Rating]) -> dict[str | None, float]:
    """Return what each rater gives above the average, shrunken, where differences between ratees stay unseen.

    For ratings in which ratees cannot be told from error (a single rating each): ``rating = mean + rater +
    error``. Zeros where raters cannot be told apart either.
    """
    rater_ids, rater = codes_of([rating.rater for rating in ratings])
    value = np.array([rating.rating for rating in ratings], dtype=float)
    if len(rater_ids) == 1 or _alone(ratings):
        return dict.fromkeys(rater_ids, 0.0)
    design = build_design(np.zeros_like(rater), rater, value)
    point = minimise(design, np.array([starting_ratios(design)[0], 0.0]), (False, True))
    return dict(zip(rater_ids, point.summary.effects[0].tolist(), strict=True))


def _alone(ratings: Sequence[Rating]) -> bool:
    """Whether every rater rates one person only, so that severity and performance are the same thing."""
    return len({(r.ratee, r.rater) for r in ratings}) == len({r.rater for r in ratings})


class _Solution(NamedTuple):
    """What either method finds: variances (ratee, rater, residual), and effects."""

    method: str
    mean: float
    variances: tuple[float, float, float]
    criterion: float | None
    ratee_effects: Floats
    rater_effects: Floats
    reliability: Floats
    notes: tuple[str, ...]


def _solve_exactly(design: Design, separable: bool, given: Components | None) -> _Solution:
    if given is not None:
        point = evaluate(design, _given_ratios(design, given))
        return _solution(design, "given", point.summary, None, point.reliabilities())
    fixed = design.by_role(np.array(False), np.array(not separable))
    start = np.where(fixed, 0.0, starting_ratios(design))
    point = minimise(design, start, (bool(fixed[0]), bool(fixed[1])))
    method = "reml" if separable else "reml-without-raters"
    return _solution(design, method, point.summary, point.criterion, point.reliabilities())


def _solve_approximately(design: Design, given: Components | None) -> _Solution:
    if given is not None:
        fit = fit_large_at(design, _given_ratios(design, given))
        return _solution(design, "given", fit.summary, None, fit.reliabilities)
    fit = minimise_large(design, starting_ratios(design))
    errors = design.by_role(*fit.relative_error)
    note = (
        "Fitted by Monte-Carlo likelihood, whose own error is "
        f"{errors[0]:.2%} of the people's variance and {errors[1]:.2%} of the raters'; reliabilities are approximate."
    )
    return _solution(design, "monte-carlo-reml", fit.summary, None, fit.reliabilities, note)


def _given_ratios(design: Design, given: Components) -> Floats:
    return np.array(design.by_role(*(np.array([given.ratee, given.rater]) / given.residual)))


def _solution(
    design: Design,
    method: str,
    summary: Summary,
    criterion: float | None,
    reliabilities: tuple[Floats, Floats],
    *notes: str,
) -> _Solution:
    ratee, rater = design.by_role(*(summary.ratios * summary.residual))
    variances = (float(ratee), float(rater), summary.residual)
    effects = design.by_role(*summary.effects)
    reliability, _ = design.by_role(*reliabilities)
    return _Solution(method, summary.mean, variances, criterion, *effects, reliability, notes)


def _components(solution: _Solution, seconds: float) -> Components:
    return Components(solution.mean, *solution.variances, solution.criterion, solution.method, seconds)


def codes_of(labels: Sequence[str | None]) -> tuple[tuple[str, ...], Ints]:
    """Return the distinct labels in order of appearance, and each label's position."""
    position = {label: i for i, label in enumerate(dict.fromkeys(labels))}
    codes = np.fromiter(map(position.__getitem__, labels), dtype=np.intp, count=len(labels))
    return tuple(str(label) for label in position), codes


def _distinct_raters(ratee: Ints, rater: Ints) -> Ints:
    raters = int(rater.max()) + 1
    pairs = np.unique(ratee * raters + rater)
    return np.bincount(pairs // raters, minlength=int(ratee.max()) + 1)


def _notes(solution: _Solution, ratee: Ints, rater: Ints) -> Iterator[str]:
    """Say what a reader of the figures has to know."""
    few = int((_distinct_raters(ratee, rater) < FEW_RATERS).sum())
    parts = int(components_of(ratee, rater).max())
    if few:
        yield f"{few} of {int(ratee.max()) + 1} people have fewer than {FEW_RATERS} raters."
    if parts > 1:
        yield f"The ratings fall into {parts} parts without a common rater; people compare within their part."
    if solution.method == "reml-without-raters":
        yield "Every rater rated once, so severity cannot be told from error and is part of it."
    yield from solution.notes
    if solution.variances[0] == 0:
        yield "The ratings show no differences between people beyond chance and severity."
