"""The recruiter's desk: somebody signed in, a vacancy of theirs, and what its page says."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import people, shortlists
from tests.factories.signing import sign_in
from webapp.records import Applicant, Organisation, User, Vacancy
from webapp.services.blind.face import spelled

Desk = tuple[FlaskClient, Session, User]


def signed_in(client: FlaskClient, session: Session) -> Desk:
    owner = people.organisation(session)
    user = people.user(session, owner, "recruiter")
    session.commit()
    sign_in(client, user)
    return client, session, user


def ours(desk: Desk, *, by_key: bool = False, **values: Any) -> Vacancy:
    _client, session, user = desk
    owner = session.get_one(Organisation, user.organisation_id)
    asked = shortlists.questionnaire(session, owner)
    make = shortlists.key_only if by_key else shortlists.model
    return shortlists.vacancy(session, make(session, asked), **values)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def read(desk: Desk, vacancy: Vacancy, **query: str) -> str:
    desk[1].commit()
    reply = desk[0].get(f"/vacancies/{vacancy.id}", query_string=query)
    assert reply.status_code == 200
    page: str = reply.get_data(as_text=True)
    return page


def page_of(person: Applicant) -> str:
    """Where somebody stands in the recruiter's room."""
    return f"/vacancies/{person.vacancy_id}/people/{spelled(person.code)}"
