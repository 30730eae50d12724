"""A decision has a reason: one of the company's own, words of one's own, or both."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.errors import Invalid
from webapp.records import DecisionBatch, DecisionReason, Stage
from webapp.services.decisions.stages import reason_name

LONGEST = 2000
SHORTEST = 3


@dataclass(frozen=True)
class Why:
    """The reason as it was given; `tie`: why these, of those who cannot be told apart from them."""

    reason_id: uuid.UUID | None = None
    text: str = ""
    tie: str = ""

    def tidy(self) -> Why:
        return Why(self.reason_id, self.text.strip()[:LONGEST], self.tie.strip()[:LONGEST])


def faults_of_choice(session: Session, organisation_id: uuid.UUID, stage: Stage, why: Why) -> list[str]:
    """Whether the reason is one of the company's, and goes with the stage."""
    if why.reason_id is None:
        return []
    reason = session.get(DecisionReason, (organisation_id, why.reason_id))
    if reason is None or reason.retired_at is not None:
        return [_("This reason is no longer on the list. Choose another.")]
    return [] if reason.kind == stage.kind else [_("This reason does not go with this stage. Choose another.")]


def faults_of(session: Session, organisation_id: uuid.UUID, stage: Stage, why: Why) -> list[str]:
    """What is missing, as sentences; none where the reason can be taken."""
    if faults := faults_of_choice(session, organisation_id, stage, why):
        return faults
    reason = session.get(DecisionReason, (organisation_id, why.reason_id)) if why.reason_id else None
    if reason is not None and reason.needs_text and len(why.text) < SHORTEST:
        return [_("Write the reason in your own words: “another reason” alone says nothing.")]
    if reason is None and len(why.text) < SHORTEST:
        return [_("Give a reason: choose one of the list, or write it in your own words.")]
    return []


def check(session: Session, organisation_id: uuid.UUID, stage: Stage, why: Why) -> None:
    if faults := faults_of(session, organisation_id, stage, why):
        raise Invalid(faults)


def reason_words(session: Session, batch: DecisionBatch, language: str) -> str:
    """The reason of the list, in this language; empty where none of it was chosen."""
    reason = session.get(DecisionReason, (batch.organisation_id, batch.reason_id)) if batch.reason_id else None
    return reason_name(reason, language) if reason else ""
