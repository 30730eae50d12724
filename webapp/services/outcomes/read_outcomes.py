"""What the page of outcomes shows: what the weekly look kept, and nothing computed now."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.records import ModelOutcome, ModelVersion
from webapp.services.describe_figures import Figure, between, number, share
from webapp.services.outcomes.recalibrate_model import can_recalibrate, made_of
from webapp.services.outcomes.take_outcomes import outcome_of
from webapp.services.read_models import find_model

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Outcomes:
    """A model, what became of those hired by it, and what can be done."""

    model: ModelVersion
    kept: ModelOutcome | None
    made: ModelVersion | None
    """The model that was recalibrated on these outcomes, if that was done."""

    @property
    def figures(self) -> Figures:
        return self.kept.figures if self.kept else {"n": 0, "told": False}

    @property
    def shift(self) -> Figures:
        return self.figures.get("recalibration") or {}

    @property
    def can_recalibrate(self) -> bool:
        return can_recalibrate(self.kept) and self.made is None


def read_outcomes(session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID) -> Outcomes:
    model = find_model(session, organisation_id, model_version_id)
    kept = outcome_of(session, organisation_id, model.id)
    return Outcomes(model, kept, made_of(session, organisation_id, kept))


def concurrent(model: ModelVersion) -> Figure:
    """Agreement among staff, who answered after they had been working: not what applicants are about."""
    figures = model.figures
    return Figure(
        _("Concurrent: among staff"),
        between(figures.get("r"), figures.get("r_low"), figures.get("r_high")),
        _("How closely the model's order follows the ratings of people who worked here already when they answered."),
        _("It is no forecast that came true: answers and ratings are from about the same time."),
    )


def describe_outcomes(outcomes: Outcomes) -> list[Figure]:
    """Predictive figures, each apart from what was found among staff."""
    validity = outcomes.figures.get("validity")
    if not outcomes.figures.get("told") or not validity:
        return []
    return [*_on_validity(validity), *_on_top(outcomes.figures.get("top"))]


def _on_validity(validity: Figures) -> Iterator[Figure]:
    yield Figure(
        _("Predictive: among those hired"),
        between(validity["r"], validity["low"], validity["high"]),
        _("How closely the score at hiring goes with the ratings by colleagues since. This is what a score is for."),
        _("It is not the agreement among all applicants: those with low scores were mostly not hired."),
    )
    if validity["spread_ratio"] is not None:
        yield Figure(
            _("Range of scores among the hired"),
            share(validity["spread_ratio"]),
            _(
                "The spread of scores among the hired over that among applicants. The narrower, the smaller the "
                "agreement among the hired must come out, even for a good model."
            ),
            _("It says nothing about whether the right people were hired."),
        )
    if validity.get("r_corrected") is not None:
        yield Figure(
            _("The same, corrected for the range: shown, never used"),
            between(validity["r_corrected"], validity["low_corrected"], validity["high_corrected"]),
            _("What the agreement would be among all applicants, if people were chosen by this score alone."),
            _("Nobody is ranked by it, no model is promoted by it, and its assumptions cannot be checked."),
        )


def _on_top(top: Figures | None) -> Iterator[Figure]:
    if top:
        yield Figure(
            _("In the top third: promised and come"),
            _(
                "%(promised)s promised, %(came)s came, likely %(low)s to %(high)s",
                promised=share(top["promised"]),
                came=share(top["came"]),
                low=share(top["low"]),
                high=share(top["high"]),
            ),
            _("The mean probability that was given to those hired, and the share of them rated that high since."),
            _("It does not say whose probability was wrong."),
        )


def bands(outcomes: Outcomes) -> Sequence[Figures]:
    """Thirds of the hired by score; none where too few, or by the key alone."""
    found: Sequence[Figures] = outcomes.figures.get("bands", []) if outcomes.figures.get("told") else []
    return found


def shift_words(shift: Figures) -> str:
    return _(
        "Expected on average %(expected)s, rated %(observed)s. The level would move by %(shift)s on the rating scale: "
        "part of the way only, the more the more outcomes there are.",
        expected=number(shift["expected"]),
        observed=number(shift["observed"]),
        shift=number(shift["shift"]),
    )
