"""A vacancy with its model, an applicant with a link, and the walk to the first question."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import shelf
from questionnaires.definition import Questionnaire
from tests.factories import people
from webapp.records import Applicant, Invitation, ModelVersion, Organisation, Sitting, Vacancy
from webapp.records.base import now
from webapp.security import token_hash
from webapp.services import install_company

_count = itertools.count(1)


@dataclass(frozen=True)
class Invited:
    """An applicant with a link that opens."""

    organisation: Organisation
    vacancy: Vacancy
    applicant: Applicant
    invitation: Invitation
    token: str

    @property
    def link(self) -> str:
        return f"/i/{self.token}"


def vacancy(
    session: Session, owner: Organisation, questionnaire: Questionnaire | None = None, **values: Any
) -> Vacancy:
    """An open vacancy that scores by the key."""
    definition = questionnaire or shelf.get("customer-orientation")
    published = install_company.publish(session, owner.id, definition)
    model = session.scalars(
        select(ModelVersion).where(
            ModelVersion.organisation_id == owner.id, ModelVersion.questionnaire_id == published.id
        )
    ).one()
    row = Vacancy(
        organisation_id=owner.id,
        **{
            "title": "Service adviser",
            "questionnaire_id": published.id,
            "form": model.form,
            "model_version_id": model.id,
            "languages": [],
        }
        | values,
    )
    session.add(row)
    session.flush()
    return row


def invited(session: Session, place: Vacancy | None = None, **values: Any) -> Invited:
    """Invite one more person, to this vacancy or to a new one of a new company."""
    number = next(_count)
    place = place or vacancy(session, people.organisation(session, contact_email="people@example.org"))
    owner = place.organisation_id
    applicant = Applicant(
        organisation_id=owner, vacancy_id=place.id, name=f"Applicant {number}", email=f"a{number}@example.org"
    )
    session.add(applicant)
    session.flush()
    token = f"token-{number}-{'x' * 40}"
    row = Invitation(
        organisation_id=owner,
        applicant_id=applicant.id,
        token_hash=token_hash(token),
        **{"expires_at": now() + dt.timedelta(days=14)} | values,
    )
    session.add(row)
    company = session.get_one(Organisation, owner)
    session.commit()
    return Invited(company, place, applicant, row, token)


def walk_in(client: FlaskClient, someone: Invited, language: str = "en") -> str:
    """Open the link, choose the language, agree, skip the practice; return the sitting's address."""
    client.get(someone.link)
    started = client.send(f"{someone.link}/start")
    found = re.match(r"/sitting/[0-9a-f-]+", started.location)
    assert found, started.location
    base = found.group()
    client.get(f"{base}/language")
    client.send(f"{base}/language", {"language": language})
    client.get(f"{base}/notice")
    client.send(f"{base}/notice", {"agree": "y"})
    client.get(f"{base}/practice")
    client.send(f"{base}/practice/skip")
    return base


def of_staff(session: Session, **values: Any) -> Sitting:
    """A sitting of somebody on the staff of a new company; not committed yet."""
    owner = people.organisation(session)
    published = install_company.publish(session, owner.id, shelf.get("customer-orientation"))
    row = Sitting(
        organisation_id=owner.id,
        staff_member_id=people.staff_member(session, owner, name="Ona").id,
        **{"questionnaire_id": published.id, "form": "A", "purpose": "training", "seed": 7} | values,
    )
    session.add(row)
    session.flush()
    return row


def held(client: FlaskClient, sitting: Sitting) -> str:
    """Let this browser hold the sitting, as its link would; returns the sitting's address."""
    address, mine = f"/sitting/{sitting.id}", {str(sitting.id): str(sitting.organisation_id)}
    with client.session_transaction() as cookie:
        cookie["sittings"] = mine
    return address
