"""A trained model as plain numbers, which scores one person in microseconds without the estimator.

    prediction = intercept + key weight * key total + sum of what the items add

The key total is the mean of the answered items' scores by the key, .5 where none was answered. Equal to the
estimator up to the order in which floating-point numbers are added, within 1e-9. What is kept as a person's
score comes from the estimator (`models.trained`), so that it stays the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from scoring.compiled.calibration import Calibration, Gaussian
from scoring.compiled.items import CompiledItem
from scoring.compiled.readers import Reader, reader_of

INCOMPLETE = "incomplete"
POOLED = "pooled_family"
_SLACK = 1e-9

Answers = Mapping[str, Mapping[str, Any]]


class CompiledScore(NamedTuple):
    """One person's result; the fields are those of `models.trained.Score`, without the person."""

    score: float | None
    p_top_third: float | None = None
    expected_rating: float | None = None
    lower_90: float | None = None
    upper_90: float | None = None
    key_total: float | None = None
    flags: tuple[str, ...] = ()


class Sums(NamedTuple):
    """What a person's answers add up to: weights, scores by the key, how many of these, answers given."""

    weight: float
    key: float
    known: int
    complete: int


@dataclass(frozen=True)
class CompiledModel:
    """Everything that scores people, as plain values.

    Attributes
    ----------
    items : tuple of CompiledItem
        The items of the form that can be scored, in its order.
    intercept, key_weight : float
        See the module's text. A key-only model has intercept 0, key weight 1 and no other weights.
    calibration : Gaussian, Logistic or None
        None without local evidence: the score is the key total, and there is no probability.
    scale : (float, float) or None
        Lowest and highest rating.
    unknown_key : float
        The key total of somebody who answered no keyed item.
    required_share : float
        Below this share of answered items there is no score.
    scoring_identity, form : str
        Of the questionnaire and form whose answers are scored.
    means : mapping of str to float, or None
        What each item adds on average over the training staff, in the units of the prediction; None where it
        is not known.
    """

    items: tuple[CompiledItem, ...]
    intercept: float
    key_weight: float
    calibration: Calibration | None
    scale: tuple[float, float] | None
    unknown_key: float
    required_share: float
    scoring_identity: str
    form: str
    means: Mapping[str, float] | None = None

    @cached_property
    def readers(self) -> tuple[tuple[str, *Reader], ...]:
        """For each item its id, and what reads complete answers to it."""
        return tuple((item.id, *reader_of(item)) for item in self.items)

    @cached_property
    def keyed(self) -> int:
        """How many items have a score by the key when answered."""
        return sum(item.keyed for item in self.items)

    @cached_property
    def required(self) -> float:
        """How many answers make a score."""
        return (self.required_share - _SLACK) * len(self.items)

    def sums(self, answers: Answers) -> Sums:
        """Add up what a person's answers add."""
        total = complex(self.intercept)
        try:
            for name, take, look_up in self.readers:
                total += look_up(take(answers[name]))  # type: ignore[operator]
        except (KeyError, TypeError, AttributeError):  # something is missing, or odd
            return self._sums_with_gaps(answers)
        return Sums(total.real, total.imag, self.keyed, len(self.items))

    def _sums_with_gaps(self, answers: Answers) -> Sums:
        weight, key, known, complete = self.intercept, 0.0, 0, 0
        for item in self.items:
            part = item.part(answers.get(item.id) or {})
            weight += part.weight
            key += part.key
            known += part.known
            complete += part.complete
        return Sums(weight, key, known, complete)

    def predict(self, answers: Answers) -> float:
        """The unrounded prediction, whether or not enough was answered."""
        weight, key, known, _ = self.sums(answers)
        return weight + self.key_weight * (key / known if known else self.unknown_key)

    def score(self, answers: Answers, family: str | None = None, *, incomplete: bool = False) -> CompiledScore:
        """Score one person.

        Parameters
        ----------
        answers
            Canonical answers by item id, as in an `AnswerSheet`; they are taken to be valid.
        family
            The job family, which may have a top third of its own.
        incomplete
            Score somebody who answered less than the required share too.
        """
        weight, key, known, complete = self.sums(answers)
        enough = bool(self.items) and complete >= self.required
        total = key / known if known else None
        if not enough and not incomplete:
            return CompiledScore(None, key_total=total, flags=(INCOMPLETE,))
        prediction = weight + self.key_weight * (self.unknown_key if total is None else total)
        return self._judged(prediction, total, family, enough)

    def _judged(self, prediction: float, total: float | None, family: str | None, enough: bool) -> CompiledScore:
        calibration = self.calibration
        flags = () if enough else (INCOMPLETE,)
        if calibration is None:
            return CompiledScore(total, key_total=total, flags=flags)
        probability = calibration.probability(prediction, family)
        if not isinstance(calibration, Gaussian):
            return CompiledScore(prediction, probability, probability, None, None, total, flags)
        if family and family not in calibration.families:
            flags = (*flags, POOLED)
        low, high = self.scale or (-float("inf"), float("inf"))
        expected, lower, upper = prediction, prediction + calibration.low, prediction + calibration.high
        return CompiledScore(
            prediction,
            probability,
            low if expected < low else high if expected > high else expected,
            low if lower < low else high if lower > high else lower,
            low if upper < low else high if upper > high else upper,
            total,
            flags,
        )
