"""HR reads the requests and answers them in words; each answer is written down and mailed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid, NotFound
from webapp.records import Applicant, ReviewRequest, Score, Sitting, User, Vacancy
from webapp.records.base import now
from webapp.services.lock_row import lock_row
from webapp.services.promotion.stop_scores import Stop, stop_of
from webapp.services.queue_work import queue_work
from webapp.services.record_event import record_event

LONGEST_ANSWER = 8000
STATES = ("open", "overdue", "answered")
SHOWN = 200


@dataclass(frozen=True)
class Asked:
    """One request with whom and what it is about."""

    request: ReviewRequest
    applicant: Applicant
    vacancy: Vacancy
    sitting: Sitting
    answered_by: str
    score: Score | None = None
    stop: Stop | None = None

    @property
    def state(self) -> str:
        if self.request.answered_at is not None:
            return "answered"
        return "overdue" if self.request.due_at <= now() else "open"


def read_requests(session: Session, organisation_id: uuid.UUID, state: str = "") -> list[Asked]:
    """Requests in this state, or those without an answer; what is due first comes first."""
    newest = ReviewRequest.answered_at.desc() if state == "answered" else ReviewRequest.due_at
    rows = session.execute(
        _joined(organisation_id).where(_in_state(state)).order_by(newest, ReviewRequest.id).limit(SHOWN)
    )
    return [_asked(*row) for row in rows]


def _in_state(state: str) -> ColumnElement[bool]:
    if state == "answered":
        return ReviewRequest.answered_at.is_not(None)
    unanswered = ReviewRequest.answered_at.is_(None)
    if state == "overdue":
        return unanswered & (ReviewRequest.due_at <= now())
    return unanswered


def count_requests(session: Session, organisation_id: uuid.UUID) -> dict[str, int]:
    """How many wait for an answer, how many of these are overdue, and how many are answered."""
    return {state: _count(session, organisation_id, state) for state in STATES}


def _count(session: Session, organisation_id: uuid.UUID, state: str) -> int:
    found = select(func.count()).select_from(ReviewRequest)
    return session.scalar(found.where(ReviewRequest.organisation_id == organisation_id, _in_state(state))) or 0


def find_request(session: Session, organisation_id: uuid.UUID, request_id: uuid.UUID) -> Asked:
    """One request with the result that it is about."""
    row = session.execute(_joined(organisation_id).where(ReviewRequest.id == request_id)).one_or_none()
    if row is None:
        raise NotFound()
    asked = _asked(*row)
    stop = stop_of(session, organisation_id)
    return replace(asked, score=None if stop else _score(session, asked), stop=stop)


def _joined(organisation_id: uuid.UUID) -> Any:
    asked, sat, owner = ReviewRequest, Sitting, ReviewRequest.organisation_id
    return (
        select(asked, sat, Applicant, Vacancy, User.name)
        .join(sat, (sat.organisation_id == owner) & (sat.id == asked.sitting_id))
        .join(Applicant, (Applicant.organisation_id == owner) & (Applicant.id == sat.applicant_id))
        .join(Vacancy, (Vacancy.organisation_id == owner) & (Vacancy.id == Applicant.vacancy_id))
        .outerjoin(User, (User.organisation_id == owner) & (User.id == asked.answered_by))
        .where(owner == organisation_id)
    )


def _asked(
    request: ReviewRequest, sitting: Sitting, applicant: Applicant, vacancy: Vacancy, answered_by: str | None
) -> Asked:
    return Asked(request, applicant, vacancy, sitting, answered_by or "")


def _score(session: Session, asked: Asked) -> Score | None:
    return session.scalar(
        select(Score).where(
            Score.organisation_id == asked.sitting.organisation_id,
            Score.sitting_id == asked.sitting.id,
            Score.model_version_id == asked.vacancy.model_version_id,
        )
    )


def answer_review(
    session: Session, organisation_id: uuid.UUID, request_id: uuid.UUID, answer: str, *, user_id: uuid.UUID
) -> None:
    """Keep the answer and queue its mail. Two people at once: the second is told."""
    words = answer.strip()
    if not words:
        raise Invalid([_("Write an answer in your own words.")])
    request = lock_row(session, ReviewRequest, organisation_id, request_id)
    if request.answered_at is not None:
        raise Conflict(_("This request was answered meanwhile. The person has got that answer."))
    request.answer, request.answered_at, request.answered_by = words[:LONGEST_ANSWER], now(), user_id
    record_event(
        session,
        organisation_id,
        "review.answered",
        user_id=user_id,
        subject="sitting",
        subject_id=request.sitting_id,
        kind=request.kind,
        in_time=request.answered_at <= request.due_at,
    )
    queue_work(session, organisation_id, "mail.review_answer", request_id=request.id)
