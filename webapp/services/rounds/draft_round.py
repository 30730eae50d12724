"""Prepare a round: what it asks, and when it opens and closes. Nobody is asked before it opens."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.errors import Invalid
from webapp.languages import said_date
from webapp.records import RatingRound
from webapp.records.base import now
from webapp.services.lock_row import lock_organisation
from webapp.services.record_event import record_event
from webapp.services.rounds.competence_texts import CompetenceText, shared_languages
from webapp.services.rounds.find_round import changeable_round, last_day
from webapp.services.rounds.own_competences import chosen_competences

KINDS = ("regular", "extra")
LONGEST_DAYS = 92
UNDER_WAY = ("draft", "planned", "open")


@dataclass(frozen=True)
class RoundPlan:
    """What HR says about a round. Days are in UTC; the last day is a whole one."""

    title: str
    kind: str
    opens_on: dt.date
    closes_on: dt.date
    competences: tuple[str, ...]
    reminder_days: tuple[int, ...] = ()
    repeat_months: int = 0

    @property
    def opens_at(self) -> dt.datetime:
        return midnight(self.opens_on)

    @property
    def closes_at(self) -> dt.datetime:
        return midnight(self.closes_on + dt.timedelta(days=1))


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def make_draft(
    session: Session,
    organisation_id: uuid.UUID,
    plan: RoundPlan,
    *,
    user_id: uuid.UUID | None,
    follows_id: uuid.UUID | None = None,
) -> RatingRound:
    # Two people who plan at once must see each other's round.
    lock_organisation(session, organisation_id)
    _check(session, organisation_id, plan, None)
    row = RatingRound(organisation_id=organisation_id, created_by=user_id, follows_id=follows_id)
    _write(row, plan)
    session.add(row)
    session.flush()
    _record(session, row, "round.drafted", user_id)
    return row


def change_draft(
    session: Session, organisation_id: uuid.UUID, round_id: uuid.UUID, plan: RoundPlan, *, user_id: uuid.UUID
) -> RatingRound:
    """Change a round that has not opened; what was planned has to be looked at again."""
    # Two people who plan at once must see each other's round.
    lock_organisation(session, organisation_id)
    row = changeable_round(session, organisation_id, round_id)
    _check(session, organisation_id, plan, row.id)
    _write(row, plan)
    row.state = "draft"
    _record(session, row, "round.changed", user_id)
    return row


def discard_draft(session: Session, organisation_id: uuid.UUID, round_id: uuid.UUID, *, user_id: uuid.UUID) -> None:
    """Throw a draft away. One that a schedule made ends its schedule, which would else make it again."""
    row = changeable_round(session, organisation_id, round_id)
    if row.follows_id is not None:
        session.get_one(RatingRound, (organisation_id, row.follows_id)).repeat_months = 0
    _record(session, row, "round.discarded", user_id)
    session.flush()
    session.execute(
        delete(RatingRound).where(RatingRound.organisation_id == organisation_id, RatingRound.id == round_id)
    )


def _write(row: RatingRound, plan: RoundPlan) -> None:
    row.title = plan.title.strip()
    row.kind = plan.kind
    row.opens_at = plan.opens_at
    row.closes_at = plan.closes_at
    row.competence_codes = list(plan.competences)
    row.reminder_days = sorted(set(plan.reminder_days), reverse=True)
    row.repeat_months = plan.repeat_months


def _check(session: Session, organisation_id: uuid.UUID, plan: RoundPlan, round_id: uuid.UUID | None) -> None:
    faults = faults_of_days(plan)
    chosen = chosen_competences(session, organisation_id, plan.competences)
    faults += faults_of_competences(chosen)
    if other := overlapping(session, organisation_id, plan.kind, (plan.opens_at, plan.closes_at), round_id):
        faults.append(overlap_words(other))
    if faults:
        raise Invalid(faults)


def faults_of_days(plan: RoundPlan) -> list[str]:
    if plan.closes_on < plan.opens_on:
        return [_("The last day is before the first. Choose a later last day.")]
    if plan.closes_at <= now():
        return [_("The last day is over already. Choose one that is still to come.")]
    if (plan.closes_on - plan.opens_on).days >= LONGEST_DAYS:
        return [_("A round lasts at most %(days)s days. Choose an earlier last day.", days=LONGEST_DAYS)]
    return []


def faults_of_competences(chosen: Sequence[CompetenceText]) -> list[str]:
    if not chosen:
        return [_("Choose at least one competence.")]
    if len({each.scale for each in chosen}) > 1:
        return [_("All competences of a round need the same scale. Choose those that share one.")]
    if not shared_languages(chosen):
        return [_("These competences share no language. Write them in one language at least, or choose others.")]
    return []


def overlapping(
    session: Session,
    organisation_id: uuid.UUID,
    kind: str,
    span: tuple[dt.datetime, dt.datetime],
    but: uuid.UUID | None,
) -> RatingRound | None:
    """Another round of this kind that is not over and shares a day with this one."""
    rows = select(RatingRound).where(
        RatingRound.organisation_id == organisation_id,
        RatingRound.kind == kind,
        RatingRound.state.in_(UNDER_WAY),
        RatingRound.opens_at < span[1],
        RatingRound.closes_at > span[0],
    )
    if but is not None:
        rows = rows.where(RatingRound.id != but)
    return session.scalars(rows.order_by(RatingRound.opens_at).limit(1)).first()


def overlap_words(other: RatingRound) -> str:
    return _(
        "This would overlap with “%(title)s”, which runs from %(first)s to %(last)s. Two rounds of the same kind "
        "never run at once: choose other days.",
        title=other.title,
        first=said_date(other.opens_at.date()),
        last=said_date(last_day(other)),
    )


def _record(session: Session, row: RatingRound, action: str, user_id: uuid.UUID | None) -> None:
    record_event(session, row.organisation_id, action, user_id=user_id, subject="rating_round", subject_id=row.id)
