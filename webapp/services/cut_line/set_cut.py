"""Draw a line in a list, move it, take it away. It is a mark to look at: nobody is decided on by it."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.errors import Invalid
from webapp.records import CutLine, Vacancy
from webapp.records.base import now
from webapp.services.cut_line.read_cut import cut_of
from webapp.services.read_vacancy import get_vacancy, lock_vacancy
from webapp.services.record_event import record_event

MOST = 10_000_000


def set_cut(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, people: int, *, user_id: uuid.UUID
) -> CutLine:
    """After so many people of the list by the model that it is on now; more than there are is said on the page."""
    if not 1 <= people <= MOST:
        raise Invalid([_("Give a whole number of people, 1 or more.")])
    vacancy = get_vacancy(session, organisation_id, vacancy_id)
    lock_vacancy(session, vacancy)
    line = cut_of(session, vacancy) or CutLine(
        organisation_id=organisation_id, vacancy_id=vacancy_id, model_version_id=vacancy.model_version_id
    )
    line.people, line.set_by, line.set_at = people, user_id, now()
    session.add(line)
    session.flush()
    _record(session, vacancy, "cut.set", user_id, people)
    return line


def take_cut_away(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, *, user_id: uuid.UUID) -> None:
    vacancy = get_vacancy(session, organisation_id, vacancy_id)
    lock_vacancy(session, vacancy)
    line = cut_of(session, vacancy)
    if line is None:
        return
    session.delete(line)
    _record(session, vacancy, "cut.taken_away", user_id, line.people)


def _record(session: Session, vacancy: Vacancy, action: str, user_id: uuid.UUID, people: int) -> None:
    record_event(
        session,
        vacancy.organisation_id,
        action,
        user_id=user_id,
        subject="vacancy",
        subject_id=vacancy.id,
        model=vacancy.model_version.number,
        people=people,
    )
