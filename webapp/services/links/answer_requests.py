"""Send links to those who asked and are known, and to those who applied; what was typed is then deleted."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import Applicant, LinkRequest, Organisation
from webapp.services.links.answer_application import answer_application
from webapp.services.links.send_new_link import send_new_link

AT_ONCE = 100
MOST_VACANCIES = 5


def answer_requests(session: Session, settings: Settings) -> int:
    """Answer the oldest requests; how many there were."""
    waiting = select(LinkRequest).order_by(LinkRequest.created_at).limit(AT_ONCE)
    requests = session.scalars(waiting.with_for_update(skip_locked=True)).all()
    for request in requests:
        if request.vacancy_id is not None:
            answer_application(session, request, settings)
        else:
            _answer(session, request, settings)
        session.delete(request)
    session.flush()
    return len(requests)


def _answer(session: Session, request: LinkRequest, settings: Settings) -> None:
    for organisation_id in _organisations(session, request):
        for applicant in _known(session, organisation_id, request.email):
            send_new_link(session, applicant, settings)


def _organisations(session: Session, request: LinkRequest) -> Sequence[uuid.UUID]:
    if request.organisation_id is not None:
        return [request.organisation_id]
    return session.scalars(select(Organisation.id).order_by(Organisation.id)).all()


def _known(session: Session, organisation_id: uuid.UUID, email: str) -> Sequence[Applicant]:
    """This address's newest applications; what was withdrawn is over."""
    return session.scalars(
        select(Applicant)
        .where(Applicant.organisation_id == organisation_id, Applicant.email == email, Applicant.state != "withdrawn")
        .order_by(Applicant.id.desc())
        .limit(MOST_VACANCIES)
    ).all()
