"""What the usual question page shows of a sitting: what stands since it began, and one statement for the rest."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import BindParameter, Engine, bindparam, exists, select
from sqlalchemy.orm import Session

from questionnaires.definition import Item, Questionnaire
from webapp.records import Answer, Applicant, Organisation, Sitting, Vacancy
from webapp.services.read_sitting import Saved, SittingView, languages_for, read_sitting
from webapp.services.saving.rows import UNDONE


class NotInCourse(Exception):
    """It has not begun, or its time is limited."""


@dataclass(frozen=True, eq=False)
class Paper:
    """What is asked: one for all who are asked the same, so that two are the same only where they are one."""

    questionnaire: Questionnaire
    form: str
    items: tuple[Item, ...]

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        return {item.id: number for number, item in enumerate(self.items, 1)}


@dataclass(frozen=True)
class Course:
    """What never changes in a sitting once somebody agreed to the notice; here only those without a time limit."""

    paper: Paper
    seed: int
    of_staff: bool

    @property
    def items(self) -> tuple[Item, ...]:
        return self.paper.items


@dataclass(frozen=True)
class Glance:
    """How a sitting stands at this moment."""

    language: str
    state: str
    timed: bool
    contact_email: str
    simulated: bool
    languages: tuple[str, ...]
    begun: bool
    """Something is saved for the question that was asked about."""
    item_id: str | None
    """The question that was saved last, whichever it is; none where nothing was."""
    saved: Saved


def read_course(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> Course:
    view = read_sitting(session, organisation_id, sitting_id)
    sitting = view.sitting
    if sitting.consented_at is None or sitting.deadline_at or view.questionnaire.time_allowance_minutes:
        raise NotInCourse
    return Course(paper_of(view), sitting.seed, view.of_staff)


def paper_of(view: SittingView) -> Paper:
    sitting = view.sitting
    key = (sitting.organisation_id, sitting.questionnaire_id, sitting.form, frozenset(sitting.not_asked))
    return _papers.setdefault(key, Paper(view.questionnaire, sitting.form, view.items))


_papers: dict[tuple[uuid.UUID, uuid.UUID, str, frozenset[str]], Paper] = {}


def glance_at(engine: Engine, organisation_id: uuid.UUID, sitting_id: uuid.UUID, course: Course, number: int) -> Glance:
    """How it stands now, with the question of this number in mind."""
    asked = {"owner": organisation_id, "key": sitting_id, "item": course.items[number - 1].id}
    with engine.connect() as connection:
        row = connection.execute(GLANCE, asked).one()
    language, state, deadline_at, contact_email, simulated, wanted, begun, item_id, *saved = row
    languages = tuple(languages_for(course.paper.questionnaire, wanted))
    timed = deadline_at is not None
    return Glance(language, state, timed, contact_email, simulated, languages, begun, item_id, Saved(*saved))


_OWNER: BindParameter[uuid.UUID] = bindparam("owner")
_SITTING: BindParameter[uuid.UUID] = bindparam("key")
_HERE = (Answer.organisation_id == _OWNER) & (Answer.sitting_id == _SITTING)
_LAST = (
    select(Answer.id).where(_HERE, ~UNDONE).order_by(Answer.saved_at.desc(), Answer.item_id.desc()).limit(1)
).scalar_subquery()
_last = Answer.__table__.alias().c
# Looked up one after another: joined, PostgreSQL may read all of the company's applicants for each page, as long as it
# has no statistics, and keep to that.
_VACANCY = (
    select(Applicant.vacancy_id)
    .where(Applicant.organisation_id == _OWNER, Applicant.id == Sitting.applicant_id)
    .correlate(Sitting)
    .scalar_subquery()
)
_WANTED = (
    select(Vacancy.languages).where(Vacancy.organisation_id == _OWNER, Vacancy.id == _VACANCY).correlate(Sitting)
).scalar_subquery()
GLANCE = (
    select(
        Sitting.language,
        Sitting.state,
        Sitting.deadline_at,
        Organisation.contact_email,
        Organisation.simulated,
        _WANTED,
        exists().where(_HERE, Answer.item_id == bindparam("item")),
        *(_last[name] for name in ("item_id", "value", "skipped", "revision", "saved_at")),
    )
    .select_from(Sitting)
    .join(Organisation, Organisation.id == _OWNER)
    .outerjoin(_last.id.table, (_last.organisation_id == _OWNER) & (_last.id == _LAST))
    .where(Sitting.organisation_id == _OWNER, Sitting.id == _SITTING)
)
