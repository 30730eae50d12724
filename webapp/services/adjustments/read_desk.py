"""What the adjustments role sees: open requests, whose time runs, and one person with all of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.records import (
    Adjustment,
    AdjustmentRequest,
    Applicant,
    Sitting,
    SittingClock,
    SittingCredit,
    User,
    Vacancy,
)
from webapp.records.base import now
from webapp.records.vacancy import fold
from webapp.services.adjustments.find_person import find_applicant
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.sitting_time.clocks import budget_left, find_clock, granted_to, on_break, seconds_left
from webapp.services.sitting_time.take_beat import cut_off

MOST_ROWS = 50
Row = TypeVar("Row", AdjustmentRequest, Adjustment)


@dataclass(frozen=True)
class Asked:
    """A request and whose it is."""

    request: AdjustmentRequest
    applicant: Applicant
    vacancy: Vacancy


@dataclass(frozen=True)
class Person:
    """An applicant in a list, with the sitting that was begun, if any."""

    applicant: Applicant
    vacancy: Vacancy
    sitting: Sitting | None
    clock: SittingClock | None

    @property
    def seconds_left(self) -> int | None:
        return seconds_left(self.sitting, self.clock, now()) if self.sitting and self.clock else None

    @property
    def resting(self) -> bool:
        return self.clock is not None and on_break(self.clock, now())

    @property
    def credited_minutes(self) -> int:
        return 0 if self.clock is None else -(-(self.clock.credited_seconds + self.clock.server_seconds) // 60)

    @property
    def last_sign(self) -> dt.datetime | None:
        return self.clock.last_beat_at if self.clock else None


@dataclass(frozen=True)
class SittingTime:
    """One sitting of a person with all that happened to its time."""

    sitting: Sitting
    clock: SittingClock | None
    timed: bool
    credits: Sequence[tuple[SittingCredit, str]]
    cut_off: bool

    @property
    def taken_back(self) -> frozenset[str]:
        """Ids of extensions that were undone: the row that undoes one names it as its reason."""
        return frozenset(row.reason for row, _who in self.credits if row.kind == "extension" and row.seconds < 0)

    @property
    def seconds_left(self) -> int | None:
        return seconds_left(self.sitting, self.clock, now()) if self.clock else None

    @property
    def budget_left(self) -> int:
        return budget_left(self.clock) if self.clock else 0

    @property
    def resting(self) -> bool:
        return self.clock is not None and on_break(self.clock, now())


@dataclass(frozen=True)
class Sheet:
    """Everything about one person's time and adjustments."""

    applicant: Applicant
    vacancy: Vacancy
    requests: Sequence[tuple[AdjustmentRequest, str]]
    holds: Adjustment | None
    adjustments: Sequence[tuple[Adjustment, str]]
    sittings: Sequence[SittingTime]

    @property
    def open_request(self) -> AdjustmentRequest | None:
        return next((row for row, _who in self.requests if row.state == "open"), None)


def open_requests(session: Session, organisation_id: uuid.UUID) -> Sequence[Asked]:
    """Who waits for an answer, the longest first."""
    rows = session.execute(
        select(AdjustmentRequest, Applicant, Vacancy)
        .join(
            Applicant,
            (Applicant.organisation_id == AdjustmentRequest.organisation_id)
            & (Applicant.id == AdjustmentRequest.applicant_id),
        )
        .join(Vacancy, (Vacancy.organisation_id == Applicant.organisation_id) & (Vacancy.id == Applicant.vacancy_id))
        .where(AdjustmentRequest.organisation_id == organisation_id, AdjustmentRequest.state == "open")
        .order_by(AdjustmentRequest.created_at, AdjustmentRequest.id)
        .limit(MOST_ROWS)
    )
    return [Asked(*row) for row in rows]


def people(session: Session, organisation_id: uuid.UUID, name: str = "") -> Sequence[Person]:
    """Whose time runs, whose it ends first; with a name, everybody of that name in whatever state."""
    query = _people(organisation_id)
    if wanted := fold(name.strip()):
        pattern = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        query = query.where(Applicant.name_folded.like(f"%{pattern}%", escape="\\")).order_by(
            Applicant.name_folded, Applicant.id
        )
    else:
        query = query.where(Sitting.state == "started", SittingClock.id.is_not(None)).order_by(
            Sitting.deadline_at.is_(None), Sitting.deadline_at, Sitting.id
        )
    return [Person(row[0], row[1], row[2], row[3]) for row in session.execute(query.limit(MOST_ROWS))]


def _people(organisation_id: uuid.UUID) -> Select[Applicant, Vacancy, Sitting, SittingClock]:
    return (
        select(Applicant, Vacancy, Sitting, SittingClock)
        .join(Vacancy, (Vacancy.organisation_id == Applicant.organisation_id) & (Vacancy.id == Applicant.vacancy_id))
        .outerjoin(
            Sitting,
            (Sitting.organisation_id == Applicant.organisation_id) & (Sitting.applicant_id == Applicant.id),
        )
        .outerjoin(
            SittingClock,
            (SittingClock.organisation_id == Sitting.organisation_id) & (SittingClock.sitting_id == Sitting.id),
        )
        .where(Applicant.organisation_id == organisation_id)
    )


def read_sheet(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID) -> Sheet:
    applicant = find_applicant(session, organisation_id, applicant_id)
    return Sheet(
        applicant=applicant,
        vacancy=session.get_one(Vacancy, (organisation_id, applicant.vacancy_id)),
        requests=_named(session, AdjustmentRequest, applicant, AdjustmentRequest.answered_by),
        holds=granted_to(session, organisation_id, applicant_id),
        adjustments=_named(session, Adjustment, applicant, Adjustment.granted_by),
        sittings=[_time_of(session, row) for row in _sittings(session, applicant)],
    )


def _named(
    session: Session, table: type[Row], applicant: Applicant, user: InstrumentedAttribute[uuid.UUID | None]
) -> Sequence[tuple[Row, str]]:
    """Rows of this person, the newest first, each with the name of whoever decided."""
    rows = session.execute(
        select(table, User.name)
        .outerjoin(User, (User.organisation_id == table.organisation_id) & (User.id == user))
        .where(table.organisation_id == applicant.organisation_id, table.applicant_id == applicant.id)
        .order_by(table.created_at.desc(), table.id.desc())
    )
    return [(row, name or "") for row, name in rows]


def _sittings(session: Session, applicant: Applicant) -> Sequence[Sitting]:
    return session.scalars(
        select(Sitting)
        .where(Sitting.organisation_id == applicant.organisation_id, Sitting.applicant_id == applicant.id)
        .order_by(Sitting.created_at, Sitting.id)
    ).all()


def _time_of(session: Session, sitting: Sitting) -> SittingTime:
    given = session.execute(
        select(SittingCredit, User.name)
        .outerjoin(User, (User.organisation_id == SittingCredit.organisation_id) & (User.id == SittingCredit.user_id))
        .where(SittingCredit.organisation_id == sitting.organisation_id, SittingCredit.sitting_id == sitting.id)
        .order_by(SittingCredit.created_at, SittingCredit.id)
    )
    questionnaire = read_questionnaire(session, sitting.organisation_id, sitting.questionnaire_id)
    clock = find_clock(session, sitting)
    return SittingTime(
        sitting=sitting,
        clock=clock,
        timed=bool(questionnaire.time_allowance_minutes),
        credits=[(row, name or "") for row, name in given],
        cut_off=clock is not None and cut_off(session, sitting, clock, now()),
    )
