"""What a batch reads: sittings, held until the end of the transaction, and the answers that are there."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    String,
    Uuid,
    bindparam,
    false,
    func,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.engine import Row

from webapp.records import Answer, AnswerRevision, Applicant, Sitting, SittingClock, StaffMember, Vacancy
from webapp.services.saving.given import Recorded, Save
from webapp.services.sitting_time.reckoning import is_over

Key = tuple[uuid.UUID, uuid.UUID]
"""Organisation and sitting."""
Place = tuple[uuid.UUID, uuid.UUID, str]
"""Organisation, sitting and item."""

# Looked up for each sitting by itself: joined to each other first, as PostgreSQL does without statistics, all of the
# company's applicants are read for each answer.
_APPLICANT = (Applicant.organisation_id == Sitting.organisation_id) & (Applicant.id == Sitting.applicant_id)
_VACANCY_ID = select(Applicant.vacancy_id).where(_APPLICANT).correlate(Sitting).scalar_subquery()
_VACANCY = (Vacancy.organisation_id == Sitting.organisation_id) & (Vacancy.id == _VACANCY_ID)
STANDS = (
    select(
        Sitting.organisation_id,
        Sitting.id,
        Sitting.questionnaire_id,
        Sitting.form,
        Sitting.language,
        Sitting.state,
        Sitting.consented_at,
        Sitting.deadline_at,
        Sitting.not_asked,
        select(Applicant.state).where(_APPLICANT).correlate(Sitting).scalar_subquery().label("applicant_state"),
        select(Vacancy.state).where(_VACANCY).correlate(Sitting).scalar_subquery().label("vacancy_state"),
        StaffMember.left_at,
        SittingClock.break_ends_at,
    )
    .select_from(Sitting)
    .outerjoin(
        StaffMember,
        (StaffMember.organisation_id == Sitting.organisation_id) & (StaffMember.id == Sitting.staff_member_id),
    )
    .outerjoin(
        SittingClock,
        (SittingClock.organisation_id == Sitting.organisation_id) & (SittingClock.sitting_id == Sitting.id),
    )
)
# One order for everybody, so that two batches never wait for each other crosswise.
SITTINGS = (
    STANDS.where(
        Sitting.organisation_id.in_(bindparam("owners", expanding=True)),
        Sitting.id.in_(bindparam("sittings", expanding=True)),
    )
    .order_by(Sitting.organisation_id, Sitting.id)
    .with_for_update(of=Sitting, key_share=True)
)
UNDONE = Answer.value.is_(null()) & (Answer.skipped == false())
REVISIONS = select(AnswerRevision.value, AnswerRevision.revision, AnswerRevision.saved_at)


@dataclass(frozen=True)
class Held:
    """A sitting that this transaction holds."""

    questionnaire_id: uuid.UUID
    form: str
    language: str
    consented: bool
    deadline_at: dt.datetime | None
    closed: str
    break_ends_at: dt.datetime | None
    not_asked: frozenset[str] = frozenset()

    def closed_at(self, moment: dt.datetime) -> str:
        """Why nothing can be added at this moment; empty where it can."""
        return self.closed or ("time" if is_over(self.deadline_at, moment) else "")

    def resting_at(self, moment: dt.datetime) -> bool:
        return self.break_ends_at is not None and moment < self.break_ends_at


def hold_sittings(connection: Connection, saves: Sequence[Save], moment: dt.datetime) -> dict[Key, Held]:
    """Lock the sittings; a save that names another organisation's finds none."""
    rows = connection.execute(SITTINGS, named(saves))
    return {(row[0], row[1]): held(row, moment) for row in rows}


def named(saves: Sequence[Save]) -> dict[str, list[uuid.UUID]]:
    """Whose sittings a batch is about. Ids are looked up in pairs afterwards, so that no two owners' are mixed."""
    owners, sittings = {save.organisation_id for save in saves}, {save.sitting_id for save in saves}
    return {"owners": list(owners), "sittings": list(sittings)}


def held(row: Row[*tuple[Any, ...]], moment: dt.datetime) -> Held:
    return Held(
        questionnaire_id=row.questionnaire_id,
        form=row.form,
        language=row.language,
        consented=row.consented_at is not None,
        deadline_at=row.deadline_at,
        closed=why_closed(row, moment),
        break_ends_at=row.break_ends_at,
        not_asked=frozenset(row.not_asked),
    )


def why_closed(row: Row[*tuple[Any, ...]], moment: dt.datetime) -> str:
    if row.state == "submitted":
        return "submitted"
    gone = row.left_at is not None and row.left_at <= moment
    if row.state == "withdrawn" or row.applicant_state == "withdrawn" or gone:
        return "withdrawn"
    return "vacancy" if row.vacancy_state not in (None, "open") else ""


@dataclass(frozen=True)
class Found:
    """What is there when a batch begins: the answers to its questions, with the ids of their rows, and the counts."""

    answers: Mapping[Place, tuple[uuid.UUID, Recorded]]
    answered: Mapping[Key, int]


def present_answers(connection: Connection, saves: Sequence[Save]) -> Found:
    """The answers to the questions of this batch, and how many questions of each sitting have one."""
    places = list(dict.fromkeys((save.organisation_id, save.sitting_id, save.given.item_id) for save in saves))
    # A power of two, filled up with the last: seven statements are made in a process's life, and not sixty-four.
    asked = places + [places[-1]] * (round_up(len(places)) - len(places))
    values = {f"{name}{n}": value for n, place in enumerate(asked) for name, value in zip("osi", place, strict=True)}
    answers, answered = {}, {}
    for n, count, row, *recorded in connection.execute(answers_at(len(asked)), values | {"places": len(places)}):
        place = places[n]
        answered[place[:2]] = count
        if row is not None:
            answers[place] = row, Recorded(*recorded)
    return Found(answers, answered)


def round_up(number: int) -> int:
    """The next power of two."""
    return 1 << (number - 1).bit_length()


@cache
def answers_at(number: int) -> Select[*tuple[Any, ...]]:
    """The statement for so many places.

    Each column is looked up by itself. Joined, PostgreSQL reads the whole table: it makes its plan when a new table is
    empty and keeps it until the table has statistics.
    """
    asked = union_all(*(_place(n) for n in range(number))).subquery()
    same_sitting = (Answer.organisation_id == asked.c.owner) & (Answer.sitting_id == asked.c.sitting)
    answered = select(func.count()).select_from(Answer).where(same_sitting, Answer.value.is_not(null()))
    present = (
        select(column).where(same_sitting, Answer.item_id == asked.c.item)
        for column in (Answer.id, Answer.value, Answer.revision, Answer.saved_at, UNDONE)
    )
    return select(asked.c.n, *(each.scalar_subquery() for each in (answered, *present))).where(
        asked.c.n < bindparam("places", type_=Integer())
    )


def _place(n: int) -> Select[*tuple[Any, ...]]:
    return select(
        literal_column(str(n), Integer).label("n"),
        bindparam(f"o{n}", type_=Uuid()).label("owner"),
        bindparam(f"s{n}", type_=Uuid()).label("sitting"),
        bindparam(f"i{n}", type_=String()).label("item"),
    )


def saved_with_key(connection: Connection, save: Save) -> Recorded | None:
    """What this very save has made before, be it replaced since or not."""
    row = connection.execute(
        REVISIONS.where(
            AnswerRevision.organisation_id == save.organisation_id,
            AnswerRevision.sitting_id == save.sitting_id,
            AnswerRevision.item_id == save.given.item_id,
            AnswerRevision.save_key == save.given.key,
        )
    ).first()
    return Recorded(*row) if row else None
