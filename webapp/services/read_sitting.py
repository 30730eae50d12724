"""A sitting as its pages need it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from questionnaires.definition import Item, Questionnaire
from webapp.config import LANGUAGES
from webapp.errors import Conflict, Gone, NotFound
from webapp.records import Answer, Applicant, ModelVersion, Organisation, Sitting, StaffMember, Vacancy
from webapp.records.base import now
from webapp.services.lock_row import lock_row
from webapp.services.open_invitation import vacancy_ended, whom_to_ask
from webapp.services.read_questionnaire import read_questionnaire


@dataclass(frozen=True)
class Saved:
    """What is saved for one question."""

    value: Mapping[str, Any] | None
    skipped: bool
    revision: int
    saved_at: dt.datetime

    @property
    def undone(self) -> bool:
        """The question was skipped, and the skip taken back: it is open again."""
        return self.value is None and not self.skipped


@dataclass(frozen=True)
class SittingView:
    """Everything that a page of the sitting shows. A member of staff sits for no vacancy and no model."""

    sitting: Sitting
    organisation: Organisation
    vacancy: Vacancy | None
    questionnaire: Questionnaire
    answers: Mapping[str, Saved]
    model_kind: str

    @property
    def of_staff(self) -> bool:
        """Whether a member of staff sits here, for the training of the model only."""
        return self.sitting.staff_member_id is not None

    def place(self, language: str) -> str:
        """What this sitting is for, as the line above each heading says it."""
        return self.vacancy.title if self.vacancy else self.questionnaire.titles.get(language, "")

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """What is asked: the form, without what was set aside when this sitting began."""
        asked = self.questionnaire.items_of(self.sitting.form)
        not_asked = self.sitting.not_asked
        return tuple(item for item in asked if item.id not in not_asked) if not_asked else asked

    @property
    def total(self) -> int:
        return len(self.items)

    @property
    def submitted(self) -> bool:
        return self.sitting.state == "submitted"

    @cached_property
    def languages(self) -> dict[str, str]:
        """Codes and names of the languages in which this questionnaire may be taken here."""
        return languages_for(self.questionnaire, self.vacancy.languages if self.vacancy else None)

    def answered(self, item_id: str) -> bool:
        saved = self.answers.get(item_id)
        return saved is not None and saved.value is not None

    @cached_property
    def open_numbers(self) -> list[int]:
        """Numbers, from 1, of the questions without an answer."""
        return [number for number, item in enumerate(self.items, 1) if not self.answered(item.id)]

    @cached_property
    def untouched_number(self) -> int | None:
        """The first question that was neither answered nor skipped: where somebody who comes back goes on."""
        return next((n for n, item in enumerate(self.items, 1) if self._untouched(item.id)), None)

    def _untouched(self, item_id: str) -> bool:
        saved = self.answers.get(item_id)
        return saved is None or saved.undone


def languages_for(questionnaire: Questionnaire, wanted: Collection[str] | None) -> dict[str, str]:
    """The site's languages that this questionnaire speaks, of those that its vacancy wants, if it says any."""
    spoken = questionnaire.languages
    return {code: name for code, name in LANGUAGES.items() if code in spoken and (not wanted or code in wanted)}


def read_sitting(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> SittingView:
    """The sitting with this id in this organisation, whoever takes it."""
    row = session.execute(WHOLE, {"owner": organisation_id, "key": sitting_id}).first()
    if row is None:
        raise NotFound()
    sitting, organisation, vacancy, model_kind = row
    return SittingView(
        sitting=sitting,
        organisation=organisation,
        vacancy=vacancy,
        questionnaire=read_questionnaire(session, organisation_id, sitting.questionnaire_id),
        answers=_answers(session, sitting),
        model_kind=model_kind or "",
    )


# Each page begins with this: one statement, made once.
WHOLE = (
    select(Sitting, Organisation, Vacancy, ModelVersion.kind)
    .join(Organisation, Organisation.id == Sitting.organisation_id)
    .outerjoin(
        Applicant, (Applicant.organisation_id == Sitting.organisation_id) & (Applicant.id == Sitting.applicant_id)
    )
    .outerjoin(Vacancy, (Vacancy.organisation_id == Applicant.organisation_id) & (Vacancy.id == Applicant.vacancy_id))
    .outerjoin(
        ModelVersion,
        (ModelVersion.organisation_id == Vacancy.organisation_id) & (ModelVersion.id == Vacancy.model_version_id),
    )
    .where(Sitting.organisation_id == bindparam("owner"), Sitting.id == bindparam("key"))
)
_answer = Answer.__table__.c
ANSWERS = select(_answer.item_id, _answer.value, _answer.skipped, _answer.revision, _answer.saved_at).where(
    _answer.organisation_id == bindparam("owner"), _answer.sitting_id == bindparam("key")
)


def _answers(session: Session, sitting: Sitting) -> dict[str, Saved]:
    # Plain rows of the session's own transaction: a statement of records costs twice as much to begin.
    session.flush()
    rows = session.connection().execute(ANSWERS, {"owner": sitting.organisation_id, "key": sitting.id})
    return {item_id: Saved(*saved) for item_id, *saved in rows}


def lock_sitting(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> Sitting:
    """The sitting's row, held until the end of the transaction: saves and the submit go one after another."""
    return lock_row(session, Sitting, organisation_id, sitting_id)


def vacancy_of(session: Session, sitting: Sitting) -> Vacancy | None:
    """The vacancy that an applicant sits for; a member of staff sits for none."""
    if sitting.applicant_id is None:
        return None
    applicant = session.get_one(Applicant, (sitting.organisation_id, sitting.applicant_id))
    return session.get_one(Vacancy, (sitting.organisation_id, applicant.vacancy_id))


def person_of(session: Session, sitting: Sitting) -> Applicant | StaffMember:
    """Who sits, as the row says it now."""
    owner = sitting.organisation_id
    if sitting.applicant_id is not None:
        return session.get_one(Applicant, (owner, sitting.applicant_id), populate_existing=True)
    return session.get_one(StaffMember, (owner, sitting.staff_member_id), populate_existing=True)


def organisation_of(session: Session, sitting: Sitting) -> Organisation:
    return session.get_one(Organisation, sitting.organisation_id)


def check_changeable(session: Session, sitting: Sitting) -> None:
    """Refuse a change to what was sent already or belongs to a vacancy that has ended."""
    if sitting.state == "submitted":
        raise Conflict(_("Your answers were sent already, so they can no longer be changed."))
    if sitting.state == "withdrawn" or _invited_no_more(person_of(session, sitting)):
        raise Gone(_("This invitation was withdrawn. %(whom)s", whom=whom_to_ask(organisation_of(session, sitting))))
    vacancy = vacancy_of(session, sitting)
    if vacancy is not None and vacancy_ended(vacancy, started=True):
        raise Gone(_("This vacancy was closed meanwhile. What you saved before is kept; nothing more can be added."))


def _invited_no_more(person: Applicant | StaffMember) -> bool:
    if isinstance(person, StaffMember):
        return person.left_at is not None and person.left_at <= now()
    return person.state == "withdrawn"
