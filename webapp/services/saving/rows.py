"""What a batch reads: sittings, held until the end of the transaction, and the answers that are there."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, false, func, null, or_, select
from sqlalchemy.engine import Row

from webapp.records import Answer, AnswerRevision, Applicant, Sitting, StaffMember, Vacancy
from webapp.services.saving.given import Recorded, Save
from webapp.services.sitting_time.reckoning import is_over

Key = tuple[uuid.UUID, uuid.UUID]
"""Organisation and sitting."""
Place = tuple[uuid.UUID, uuid.UUID, str]
"""Organisation, sitting and item."""

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
        Applicant.state.label("applicant_state"),
        Vacancy.state.label("vacancy_state"),
        StaffMember.left_at,
    )
    .outerjoin(
        Applicant,
        (Applicant.organisation_id == Sitting.organisation_id) & (Applicant.id == Sitting.applicant_id),
    )
    .outerjoin(Vacancy, (Vacancy.organisation_id == Applicant.organisation_id) & (Vacancy.id == Applicant.vacancy_id))
    .outerjoin(
        StaffMember,
        (StaffMember.organisation_id == Sitting.organisation_id) & (StaffMember.id == Sitting.staff_member_id),
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
ANSWERS = select(
    Answer.organisation_id,
    Answer.sitting_id,
    Answer.item_id,
    Answer.id,
    Answer.value,
    Answer.revision,
    Answer.saved_at,
    UNDONE,
)
COUNTS = (
    select(Answer.organisation_id, Answer.sitting_id, func.count())
    .where(
        Answer.organisation_id.in_(bindparam("owners", expanding=True)),
        Answer.sitting_id.in_(bindparam("sittings", expanding=True)),
        Answer.value.is_not(null()),
    )
    .group_by(Answer.organisation_id, Answer.sitting_id)
)
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

    def closed_at(self, moment: dt.datetime) -> str:
        """Why nothing can be added at this moment; empty where it can."""
        return self.closed or ("time" if is_over(self.deadline_at, moment) else "")


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
    )


def why_closed(row: Row[*tuple[Any, ...]], moment: dt.datetime) -> str:
    if row.state == "submitted":
        return "submitted"
    gone = row.left_at is not None and row.left_at <= moment
    if row.state == "withdrawn" or row.applicant_state == "withdrawn" or gone:
        return "withdrawn"
    return "vacancy" if row.vacancy_state not in (None, "open") else ""


def present_answers(connection: Connection, saves: Sequence[Save]) -> dict[Place, tuple[uuid.UUID, Recorded]]:
    """The answers to the questions of this batch, with the ids of their rows."""
    places = {(save.organisation_id, save.sitting_id, save.given.item_id) for save in saves}
    values = {f"{name}{n}": value for n, place in enumerate(places) for name, value in zip("osi", place, strict=True)}
    rows = connection.execute(answers_at(len(places)), values)
    return {(row[0], row[1], row[2]): (row[3], Recorded(*row[4:])) for row in rows}


@cache
def answers_at(number: int) -> Select[*tuple[Any, ...]]:
    """The statement for so many places. SQLite finds each by the index only when they are written one by one."""
    return ANSWERS.where(
        or_(
            *(
                and_(
                    Answer.organisation_id == bindparam(f"o{n}"),
                    Answer.sitting_id == bindparam(f"s{n}"),
                    Answer.item_id == bindparam(f"i{n}"),
                )
                for n in range(number)
            )
        )
    )


def answered_counts(connection: Connection, saves: Sequence[Save]) -> dict[Key, int]:
    """How many questions have an answer."""
    return {(owner, sitting): count for owner, sitting, count in connection.execute(COUNTS, named(saves))}


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
