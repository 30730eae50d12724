"""A trained model: what scores people, together with the facts about itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np

from models.card import write_card
from models.compiling import compile_model
from models.errors import ModelError
from models.leaving_out import lean_estimator, share_of_the_rest
from models.manifest import FORMAT, Manifest
from questionnaires.answers import AnswerSheet
from questionnaires.definition import Questionnaire
from questionnaires.words import say
from scoring.calibration import Sigmoid
from scoring.comparison import Measurement, probability_exceeds, rating_errors
from scoring.compiled.leaving_out import without
from scoring.compiled.model import INCOMPLETE, POOLED, CompiledModel
from scoring.encoding import AnswerEncoder, Encoded
from scoring.facets import TOO_LITTLE, FacetBand, bands, facet_scores, facets_of
from scoring.stack import KeyAnchoredStack

MEASUREMENT = "measurement"
"""Where a model's reference keeps how well its score measures."""

FACETS = "facets"
"""Where a model's reference keeps Haberman's rule of each facet; see `scoring.facets.FacetRule`."""


@dataclass(frozen=True)
class Score:
    """One person's result. ``score`` is unrounded and is what people are ranked by.

    ``p_top_third`` is the calibrated probability of the top third (of a 1, with a binary criterion);
    ``expected_rating`` and the 90 % interval are on the rating scale. They are None without local evidence.
    ``flags`` holds ``incomplete`` for people who answered less than 80 %, who get no score, and
    ``pooled_family`` where the top third is that of all staff, the job family having too few rated.
    """

    person: str
    score: float | None
    p_top_third: float | None = None
    expected_rating: float | None = None
    lower_90: float | None = None
    upper_90: float | None = None
    key_total: float | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrainedModel:
    """Scores answer sheets of one form of one questionnaire.

    Attributes
    ----------
    estimator
        None for a key-only model.
    artefact
        The estimator as it is kept; the same bytes are written whenever the model is packed.
    kept_card
        The card that came with a kept model, which stays as it was written, whatever cards say today; None for a
        new model.
    reference
        Plain facts about the training staff, JSON-able, for later comparisons: ``item_means`` is what each item
        adds on average (see `models.compiling`), ``facets`` Haberman's rule of each facet. None where nothing is known.
    format
        The format in which the model is kept. One that was read keeps its own, so that its bytes, whose hash
        stands in audit trails, never change.
    whole
        The model that this one is, but for ``left_out``; see `without`. None for a whole model.
    left_out
        Items that do not count: not asked, or set aside afterwards.
    """

    manifest: Manifest
    questionnaire: Questionnaire
    estimator: KeyAnchoredStack | None = None
    artefact: bytes | None = field(default=None, repr=False)
    kept_card: str | None = field(default=None, repr=False)
    reference: Mapping[str, Any] | None = field(default=None, repr=False)
    format: int = FORMAT
    whole: TrainedModel | None = field(default=None, repr=False)
    left_out: frozenset[str] = frozenset()

    def without(self, left_out: Collection[str]) -> TrainedModel:
        """Return the model that scores as if these items had not been asked; other names make no difference.

        See `scoring.compiled.leaving_out`: each item left out adds what it added for the training staff on average,
        intervals widen, and answers to it are not looked at. It is for scoring, and never kept.
        """
        whole = self.whole or self
        gone = frozenset(item.id for item in self.encoder.items if item.id in left_out)
        if not gone:
            return whole
        estimator = whole.estimator
        if estimator is not None:
            estimator = lean_estimator(estimator, whole.encoder, whole.compiled, gone)
        return replace(whole, estimator=estimator, whole=whole, left_out=gone)

    @cached_property
    def encoder(self) -> AnswerEncoder:
        """The encoder of this model's form."""
        return AnswerEncoder(self.questionnaire, self.manifest.form)

    @cached_property
    def compiled(self) -> CompiledModel:
        """The model as plain numbers: scores in microseconds, explains item by item; equal within 1e-9.

        Raises
        ------
        ScoringError
            Where the calibration is of a kind that plain numbers cannot hold.
        """
        if self.whole is not None:
            return without(self.whole.compiled, self.left_out)
        return compile_model(self.manifest, self.encoder, self.estimator, self.reference)

    @cached_property
    def _elsewhere(self) -> frozenset[str]:
        """Items of the questionnaire's other forms."""
        own = {item.id for item in self.questionnaire.items_of(self.manifest.form)}
        return frozenset(item.id for item in self.questionnaire.items) - own

    @cached_property
    def measurement(self) -> Measurement | None:
        """How well the score measures among the training staff; None where the model knows none."""
        known = (self.reference or {}).get(MEASUREMENT)
        return None if known is None else Measurement(**known)

    def probability_exceeds(self, one: Score, other: Score) -> float | None:
        """Probability that the first person truly exceeds the second, as far as the score can tell.

        From the score's own measurement error (see `scoring.comparison.probability_exceeds`). None where one of
        them has no score, or the model's error is not known.
        """
        if one.score is None or other.score is None or self.manifest.sed is None:
            return None
        reliability = 1.0 if self.measurement is None else self.measurement.reliability
        return float(probability_exceeds(one.score, other.score, self.manifest.sed, reliability))

    def rating_errors(self, sheets: Sequence[AnswerSheet]) -> list[float | None]:
        """Standard error of each person's expected rating: how far it would move, had other staff been rated.

        On the rating scale; see `scoring.comparison.rating_errors`. None for people who answered too little to get
        a score, with a criterion of 0 and 1 (whose expected value is a probability), without local evidence, and
        for models of earlier releases.

        Raises
        ------
        ModelError
            Where somebody answered another form.
        """
        encoded = self._encoded(sheets)
        if encoded is None or self.estimator is None or self.manifest.binary:
            return [None] * len(sheets)
        errors = rating_errors(self.estimator, encoded.X)
        if errors is None:
            return [None] * len(sheets)
        return [each if enough else None for each, enough in zip(_plain(errors), encoded.enough.tolist(), strict=True)]

    def facet_bands(self, sheets: Sequence[AnswerSheet]) -> list[tuple[FacetBand, ...] | None]:
        """Each person's band on each facet: ``below``, ``around`` or ``above`` the training staff's mean.

        ``too_little_information`` stands where Haberman's rule allows no band, where the person answered none of
        the facet's items or one of them is left out, and on every facet of a model that was never tried on staff.
        None for people who answered too little to get a score, and for models of earlier releases, which kept no
        rules.

        Raises
        ------
        ModelError
            Where somebody answered another form.
        """
        encoded, rules = self._encoded(sheets), self._facet_rules
        if encoded is None or rules is None:
            return [None] * len(sheets)
        names, scores = facet_scores(encoded.key_scores, self.encoder.items)
        return [
            tuple(self._allowed(band) for band in bands(rules, dict(zip(names, row, strict=True)))) if enough else None
            for row, enough in zip(scores.tolist(), encoded.enough.tolist(), strict=True)
        ]

    def _allowed(self, band: FacetBand) -> FacetBand:
        """A facet's rule was worked out with all of its items: without one of them it says nothing."""
        return FacetBand(band.facet, TOO_LITTLE) if band.facet in self._facets_left_short else band

    @cached_property
    def _facets_left_short(self) -> frozenset[str | None]:
        return frozenset(item.facet for item in self.encoder.items if item.id in self.left_out)

    @cached_property
    def _facet_rules(self) -> Sequence[Mapping[str, Any]] | None:
        """Haberman's rules as kept; by the key alone no facet has one that allows a band."""
        if self.manifest.kind == "key_only":
            return [{"facet": name, "wins": False} for name in facets_of(self.encoder.items)]
        return (self.reference or {}).get(FACETS)

    def _encoded(self, sheets: Sequence[AnswerSheet]) -> Encoded | None:
        """Answers as numbers, other forms refused; None for nobody."""
        if not sheets:
            return None
        encoded = self._counted(sheets)
        self._check_form(sheets, encoded)
        return encoded

    def _counted(self, sheets: Sequence[AnswerSheet]) -> Encoded:
        """What counts of the answers, as numbers."""
        if not self.left_out:
            return self.encoder.encode(sheets)
        kept = [
            replace(sheet, answers={k: v for k, v in sheet.answers.items() if k not in self.left_out})
            for sheet in sheets
        ]
        return self.share_left(self.encoder.encode(kept))

    def share_left(self, encoded: Encoded) -> Encoded:
        """Count the share of answers among the items that count."""
        return share_of_the_rest(encoded, self.encoder, self.left_out) if self.left_out else encoded

    def check_questionnaire(self, questionnaire: Questionnaire) -> None:
        """Refuse a questionnaire whose scoring identity is not the one this model was trained for.

        Raises
        ------
        ModelError
        """
        if questionnaire.scoring_identity != self.manifest.scoring_identity:
            ours = f"{self.manifest.questionnaire} {self.manifest.version}"
            raise ModelError(
                say("This model was trained for %(name)s; the items, options or key here are others.", name=ours),
                f"{questionnaire.name} {questionnaire.version}",
                say("Use a model trained for this questionnaire, or score by its key."),
            )

    def score(
        self,
        sheets: Sequence[AnswerSheet],
        questionnaire: Questionnaire | None = None,
        *,
        incomplete: bool = False,
    ) -> list[Score]:
        """Score people, in the order given.

        Parameters
        ----------
        sheets
            Answers; what was not answered is simply absent.
        questionnaire
            What was asked, where the caller knows it: refused if it is not the model's.
        incomplete
            Score people who answered less than 80 % too, flagged as such: for comparisons only.

        Raises
        ------
        ModelError
            Where the questionnaire is another one, or somebody answered another form of it.
        """
        if questionnaire is not None:
            self.check_questionnaire(questionnaire)
        return self.score_encoded(sheets, self._counted(sheets), incomplete=incomplete) if sheets else []

    def score_encoded(
        self, sheets: Sequence[AnswerSheet], encoded: Encoded, *, incomplete: bool = False
    ) -> list[Score]:
        """Score people whose answers are numbers already; see `models.many`.

        Of the sheets the answers are read only where somebody answered too little, to tell whether it was another form.
        """
        self._check_form(sheets, encoded)
        scores = self._by_key(sheets, encoded) if self.estimator is None else self._by_estimator(sheets, encoded)
        return [
            score if enough else _flagged(score, keep=incomplete)
            for score, enough in zip(scores, encoded.enough.tolist(), strict=True)
        ]

    def card(self) -> str:
        """The model card: what it is for, what it learned from, how well it does (markdown)."""
        return write_card(self.manifest) if self.kept_card is None else self.kept_card

    def _check_form(self, sheets: Sequence[AnswerSheet], encoded: Encoded) -> None:
        """Refuse people who answered too little of this form and more of another: forms are not alike."""
        if not self._elsewhere:
            return
        for row in np.flatnonzero(~encoded.enough).tolist():
            others = len(self._elsewhere & sheets[row].answers.keys())
            if others > len(sheets[row].answers.keys() - self._elsewhere):
                self._refuse_form(sheets[row])

    def _refuse_form(self, sheet: AnswerSheet) -> None:
        form = self.manifest.form
        raise ModelError(
            say("These answers are to another form; this model was trained on form %(form)s.", form=form),
            sheet.person,
            say("Score the other form by its key, until enough people have answered both forms and they are linked."),
        )

    def _by_key(self, sheets: Sequence[AnswerSheet], encoded: Encoded) -> list[Score]:
        totals = _plain(encoded.key_totals)
        return [Score(sheet.person, total, key_total=total) for sheet, total in zip(sheets, totals, strict=True)]

    def _by_estimator(self, sheets: Sequence[AnswerSheet], encoded: Encoded) -> list[Score]:
        estimator = self.estimator
        assert estimator is not None
        predictions = estimator.predict(encoded.X)
        probabilities = estimator.probability_of(predictions, [sheet.job_family for sheet in sheets])
        columns = (
            _plain(predictions),
            _plain(probabilities),
            *self._on_scale(estimator, predictions, probabilities),
            _plain(encoded.key_totals),
        )
        return [
            Score(sheet.person, *values, flags=self._flags(sheet, estimator))  # type: ignore[misc]
            for sheet, *values in zip(sheets, *columns, strict=True)
        ]

    def _flags(self, sheet: AnswerSheet, estimator: KeyAnchoredStack) -> tuple[str, ...]:
        """Say where a person's job family had too few rated staff for a top third of its own."""
        known = self.manifest.binary or not sheet.job_family
        return () if known or sheet.job_family in estimator.thresholds_ else (POOLED,)

    def _on_scale(
        self, estimator: KeyAnchoredStack, predictions: np.ndarray, probabilities: np.ndarray
    ) -> list[list[float | None]]:
        """Expected rating and interval, within the rating scale; a criterion of 0 and 1 has no interval."""
        if isinstance(estimator.predictive_, Sigmoid):
            nothing: list[float | None] = [None] * len(predictions)
            return [_plain(probabilities), nothing, nothing]
        low, high = self.manifest.scale or (-np.inf, np.inf)
        ends = estimator.predictive_.interval(predictions)
        return [_plain(np.clip(each, low, high)) for each in (predictions, ends[:, 0], ends[:, 1])]


def _flagged(score: Score, keep: bool) -> Score:
    """Mark a score as incomplete, and take it away unless it is to be kept."""
    if keep:
        return replace(score, flags=(INCOMPLETE, *score.flags))
    return Score(score.person, None, key_total=score.key_total, flags=(INCOMPLETE,))


def _plain(values: np.ndarray) -> list[float | None]:
    return [value if isfinite(value) else None for value in values.tolist()]
