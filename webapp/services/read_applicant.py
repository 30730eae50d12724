"""Everything that a recruiter may see about one applicant; never the key, never the single answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Event, Invitation, Score, Sitting, User, Vacancy
from webapp.services.blind.face import Face, face_of
from webapp.services.links.link_that_opens import newest_invitation
from webapp.services.manage_invitation import get_applicant
from webapp.services.promotion.stop_scores import Stop, stop_of
from webapp.services.read_shortlist import place_of
from webapp.services.read_vacancy import get_vacancy
from webapp.services.tie_groups import Group, groups_between, read_ties

# Of the sitting itself a recruiter sees that it was begun and that it is done, and of both the day: to the minute they
# would tell how much time somebody had. What else people do, and when, is nobody's business here.
BY_DAY = frozenset({"sitting.started", "sitting.submitted"})
TOLD = BY_DAY | {
    "invitation.sent",
    "invitation.reminded",
    "invitation.link_shown",
    "invitation.withdrawn",
    "invitation.refused",
    "invitation.given_up",
    "reminder.sent",
    "reminder.refused",
    "reminder.given_up",
    "result.reused",
    "score.set_aside",
    "score.brought_back",
    "retake.allowed",
    "confirmation.asked",
    "confirmation.arranged",
    "confirmation.declined",
    "confirmation.compared",
    "application.withdrawn",
    "application.restored",
}


@dataclass(frozen=True)
class Happening:
    """One event with the name of whoever did it; empty for the applicant and for the site itself."""

    event: Event
    who: str

    @property
    def by_day(self) -> bool:
        """Beginning and end are told by their day."""
        return self.event.action in BY_DAY


@dataclass(frozen=True)
class Portrait:
    """One applicant with the result and what happened."""

    applicant: Applicant
    vacancy: Vacancy
    invitation: Invitation | None
    sitting: Sitting | None
    score: Score | None
    place: int | None
    group: Group | None
    history: tuple[Happening, ...]
    stop: Stop | None = None

    @property
    def face(self) -> Face:
        """What the person is called here."""
        return face_of(self.vacancy, self.applicant)


def read_applicant(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID) -> Portrait:
    applicant = get_applicant(session, organisation_id, applicant_id)
    vacancy = get_vacancy(session, organisation_id, applicant.vacancy_id)
    invitation = newest_invitation(session, applicant)
    sitting = session.scalar(
        select(Sitting).where(
            Sitting.organisation_id == organisation_id,
            Sitting.applicant_id == applicant_id,
            Sitting.purpose == "selection",
        )
    )
    stop = stop_of(session, organisation_id)
    score = None if stop else _score(session, vacancy, applicant)
    place, group = _standing(session, vacancy, applicant, score)
    subjects = [applicant.id, *_invitation_ids(session, applicant), *([sitting.id] if sitting else [])]
    return Portrait(
        applicant=applicant,
        vacancy=vacancy,
        invitation=invitation,
        sitting=sitting,
        score=score,
        place=place,
        group=group,
        history=as_told(_history(session, organisation_id, subjects), applicant.state == "done"),
        stop=stop,
    )


def _score(session: Session, vacancy: Vacancy, applicant: Applicant) -> Score | None:
    """The result that may be shown: none of somebody who withdrew."""
    if applicant.state == "withdrawn":
        return None
    return session.scalar(
        select(Score).where(
            Score.organisation_id == vacancy.organisation_id,
            Score.vacancy_id == vacancy.id,
            Score.model_version_id == vacancy.model_version_id,
            Score.applicant_id == applicant.id,
        )
    )


def _standing(
    session: Session, vacancy: Vacancy, applicant: Applicant, score: Score | None
) -> tuple[int | None, Group | None]:
    if score is None or score.score is None or applicant.state != "done":
        return None, None
    ties = read_ties(session, vacancy)
    number = ties.group_of(score.score)
    group = groups_between(session, vacancy, ties, [number])[number] if number else None
    return place_of(session, vacancy, score.score), group


def _invitation_ids(session: Session, applicant: Applicant) -> Sequence[uuid.UUID]:
    return session.scalars(
        select(Invitation.id).where(
            Invitation.organisation_id == applicant.organisation_id, Invitation.applicant_id == applicant.id
        )
    ).all()


def _history(session: Session, organisation_id: uuid.UUID, subjects: Sequence[uuid.UUID]) -> tuple[Happening, ...]:
    rows = session.execute(
        select(Event, User.name)
        .outerjoin(User, (User.organisation_id == Event.organisation_id) & (User.id == Event.user_id))
        .where(Event.organisation_id == organisation_id, Event.subject_id.in_(subjects), Event.action.in_(TOLD))
        .order_by(Event.at, Event.id)
    )
    return tuple(Happening(event, name or "") for event, name in rows)


def as_told(history: Sequence[Happening], done: bool) -> tuple[Happening, ...]:
    """The end is told once, and only while it is one: nothing shows that a sitting was opened again."""
    ends = [each for each in history if each.event.action == "sitting.submitted"]
    hidden = ends[:-1] if done else ends
    return tuple(each for each in history if each not in hidden)
