"""Raters' severity: what each person's ratings say once it is known who rated them.

``rating = mean + ratee + rater + error`` with crossed random effects, fitted by exact restricted maximum
likelihood wherever the smaller side has at most ``LARGEST_EXACT`` levels, else by Monte-Carlo
likelihood. Of several competences each is fitted, and their composite beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from scoring.severity.results import FEW_RATERS, Components, SeverityFit, SeverityResult

LARGEST_EXACT = 3000
_Key = TypeVar("_Key")


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
    values = np.array([rating.rating for rating in ratings], dtype=float)
    competence, names = _coded([rating.competence for rating in ratings])
    means = _mean_by_code(competence, values, len(names))
    centred = sum(means.tolist()) / len(names) + values - means[competence]
    pair, pairs = _coded([(rating.ratee, rating.rater, rating.date) for rating in ratings])
    told = _mean_by_code(pair, centred, len(pairs)).tolist()
    return [Rating(ratee, rater, mean, None, date) for (ratee, rater, date), mean in zip(pairs, told, strict=True)]


def _coded(keys: Sequence[_Key]) -> tuple[Ints, list[_Key]]:
    """Numbers of the keys (n,) in order of appearance, and the keys by number."""
    known: dict[_Key, int] = {}
    codes = [known.setdefault(key, len(known)) for key in keys]
    return np.array(codes, dtype=np.intp), list(known)


def _mean_by_code(codes: Ints, values: Floats, number: int) -> Floats:
    """Return the mean of each code's values, which are added up in the order given, as `mean_by` does."""
    return np.bincount(codes, values, number) / np.bincount(codes, minlength=number)


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
    monte_carlo_error: tuple[float, float] | None = None


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
    solution = _solution(design, "monte-carlo-reml", fit.summary, None, fit.reliabilities, note)
    return solution._replace(monte_carlo_error=(float(errors[0]), float(errors[1])))


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
    return Components(
        solution.mean,
        *solution.variances,
        reml_criterion=solution.criterion,
        method=solution.method,
        seconds=seconds,
        monte_carlo_error=solution.monte_carlo_error,
    )


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
