"""The steps before the first question: language, consent, practice."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from webapp.errors import Invalid
from webapp.records import Applicant, Sitting, Vacancy
from webapp.records.base import now
from webapp.services.items.left_out import not_to_be_asked
from webapp.services.read_sitting import check_changeable, lock_sitting, person_of, read_sitting
from webapp.services.record_event import record_event
from webapp.services.retaking.standing import check_interval, standing_of


def choose_sitting_language(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, language: str) -> None:
    """Speak this language from now on, in mails too. Answers stay: they are kept by code, not by text."""
    sitting = lock_sitting(session, organisation_id, sitting_id)
    if language not in read_sitting(session, organisation_id, sitting_id).languages:
        raise Invalid([f"language: {language}"])
    if sitting.language == language:
        return
    sitting.language = language
    if sitting.consented_at is not None:
        person_of(session, sitting).language = language
    record_event(
        session, organisation_id, "sitting.language_chosen", subject="sitting", subject_id=sitting.id, language=language
    )


def give_consent(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, notice_version: str) -> None:
    """Keep when this person agreed, and to which notice; the first consent stands. From here on it has begun.

    Before it there was a press of the start button and a choice of language, which mail scanners manage too; a box
    that has to be ticked is for people.
    """
    sitting = lock_sitting(session, organisation_id, sitting_id)
    check_changeable(session, sitting)
    if sitting.consented_at is not None:
        return
    sitting.consented_at = now()
    sitting.notice_version = notice_version
    _begin(session, sitting)
    record_event(
        session, organisation_id, "sitting.consented", subject="sitting", subject_id=sitting.id, notice=notice_version
    )


def _begin(session: Session, sitting: Sitting) -> None:
    person = person_of(session, sitting)
    if isinstance(person, Applicant) and sitting.purpose == "selection":
        # Pressed Start for two vacancies at once, and sent the first meanwhile.
        place = session.get_one(Vacancy, (person.organisation_id, person.vacancy_id))
        check_interval(standing_of(session, place, person))
    # From here on the numbers of its questions stand, whatever is set aside later and in whichever language it goes on.
    sitting.not_asked = not_to_be_asked(session, sitting)
    person.language = sitting.language or person.language
    if isinstance(person, Applicant) and person.state == "invited":
        person.state = "started"
    record_event(session, sitting.organisation_id, "sitting.started", subject="sitting", subject_id=sitting.id)


def finish_practice(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> None:
    """The practice was done or passed over; its answers are never kept."""
    sitting = lock_sitting(session, organisation_id, sitting_id)
    check_changeable(session, sitting)
    sitting.practised_at = sitting.practised_at or now()
