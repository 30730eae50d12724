"""Everything that a recruiter may see about one applicant; never the key, never the single answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Event, Invitation, Score, Sitting, User, Vacancy
from webapp.services.blind.face import Face, face_of, may_date
from webapp.services.links.link_that_opens import newest_invitation
from webapp.services.manage_invitation import get_applicant
from webapp.services.promotion.stop_scores import Stop, is_stopped, stop_of
from webapp.services.read_vacancy import get_vacancy
from webapp.services.shortlist.open_list import Standing, place_of_person

# Of the sitting itself a recruiter sees that it was begun and that it is done, and of both the day: to the minute they
# would tell how much time somebody had. What else people do, and when, is nobody's business here.
BY_DAY = frozenset({"sitting.started", "sitting.submitted"})
OF_INVITATION = frozenset(
    {
        "invitation.sent",
        "invitation.reminded",
        "invitation.link_shown",
        "invitation.withdrawn",
        "invitation.refused",
        "invitation.given_up",
        "invitation.not_made",
        "reminder.sent",
        "reminder.refused",
        "reminder.given_up",
        "reminder.not_made",
        "retake.allowed",
    }
)
"""Who gave the list of invitations knows when each went out: not told while names are hidden."""
TOLD = BY_DAY | {
    "result.reused",
    "score.set_aside",
    "score.brought_back",
    "confirmation.asked",
    "confirmation.arranged",
    "confirmation.declined",
    "confirmation.compared",
    "application.withdrawn",
    "application.restored",
}

UNDATED = TOLD - BY_DAY - {"result.reused"}
"""While names are hidden: on which day somebody answered, and that they had answered before, tells of whom to think."""


@dataclass(frozen=True)
class Happening:
    """One event with the name of whoever did it; empty for the applicant and for the site itself."""

    event: Event
    who: str
    by_day: bool
    """Told by its day alone: beginning and end, and everything while names are hidden."""


@dataclass(frozen=True)
class Portrait:
    """One applicant with the result and what happened."""

    applicant: Applicant
    vacancy: Vacancy
    invitation: Invitation | None
    sitting: Sitting | None
    score: Score | None
    standing: Standing | None
    history: tuple[Happening, ...]
    stop: Stop | None = None

    @property
    def face(self) -> Face:
        """What the person is called here."""
        return face_of(self.vacancy, self.applicant)

    @property
    def dated(self) -> bool:
        """Whether it is told when and how the person was invited, and in which language they answer."""
        return may_date(self.vacancy, self.applicant)


def read_applicant(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID) -> Portrait:
    applicant = get_applicant(session, organisation_id, applicant_id)
    vacancy = get_vacancy(session, organisation_id, applicant.vacancy_id)
    sitting = session.scalar(
        select(Sitting).where(
            Sitting.organisation_id == organisation_id,
            Sitting.applicant_id == applicant_id,
            Sitting.purpose == "selection",
        )
    )
    score = score_shown(session, vacancy, applicant)
    subjects = [applicant.id, *_invitation_ids(session, applicant), *([sitting.id] if sitting else [])]
    return Portrait(
        applicant=applicant,
        vacancy=vacancy,
        invitation=newest_invitation(session, applicant),
        sitting=sitting,
        score=score,
        standing=place_of_person(session, vacancy, applicant) if score and score.score is not None else None,
        history=as_told(_history(session, vacancy, applicant, subjects), applicant.state == "done"),
        stop=stop_of(session, organisation_id),
    )


def score_shown(session: Session, vacancy: Vacancy, applicant: Applicant) -> Score | None:
    """The result that may be shown: none of somebody who withdrew, and nobody's while scores are stopped."""
    if applicant.state == "withdrawn" or is_stopped(session, vacancy.organisation_id):
        return None
    return session.scalar(
        select(Score).where(
            Score.organisation_id == vacancy.organisation_id,
            Score.vacancy_id == vacancy.id,
            Score.model_version_id == vacancy.model_version_id,
            Score.applicant_id == applicant.id,
        )
    )


def _invitation_ids(session: Session, applicant: Applicant) -> Sequence[uuid.UUID]:
    return session.scalars(
        select(Invitation.id).where(
            Invitation.organisation_id == applicant.organisation_id, Invitation.applicant_id == applicant.id
        )
    ).all()


def _history(
    session: Session, vacancy: Vacancy, applicant: Applicant, subjects: Sequence[uuid.UUID]
) -> tuple[Happening, ...]:
    dated = may_date(vacancy, applicant)
    rows = session.execute(
        select(Event, User.name)
        .outerjoin(User, (User.organisation_id == Event.organisation_id) & (User.id == Event.user_id))
        .where(
            Event.organisation_id == vacancy.organisation_id,
            Event.subject_id.in_(subjects),
            Event.action.in_(TOLD | OF_INVITATION if dated else UNDATED),
        )
        .order_by(Event.at, Event.id)
    )
    return tuple(Happening(event, name or "", not dated or event.action in BY_DAY) for event, name in rows)


def as_told(history: Sequence[Happening], done: bool) -> tuple[Happening, ...]:
    """The end is told once, and only while it is one: nothing shows that a sitting was opened again."""
    ends = [each for each in history if each.event.action == "sitting.submitted"]
    hidden = ends[:-1] if done else ends
    return tuple(each for each in history if each not in hidden)
