"""What staff answered reaches no page but their own, and how applicants did reaches nobody who works with them.

A page that told anything of an answer or of a result, be it a score, a band, a sentence of feedback or a count of
right ones, would change when the answer changes. So each page of each role is read, everything that could leak is
changed in the database, and each page is read again: it must be the same to the letter.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from models import registry, training
from questionnaires import shelf
from tests.factories import people, rounds
from tests.factories.desk import page_of
from tests.factories.routes import ruled, rules
from tests.factories.signing import sign_in
from tests.factories.whole_house import ROLES, House
from webapp.config import Settings
from webapp.records import Answer, AnswerRevision, Hire, Score, Sitting, StaffInvitation, StaffMember
from webapp.records.base import now
from webapp.services.staff_sittings.invite_staff import invite_staff, paper_of

RIGHT, WRONG = {"best": "a", "worst": "d"}, {"best": "d", "worst": "a"}
# Tokens, nonces and the names of forms are new on each page; a clock may strike between two readings of one.
CHANGING = re.compile(
    r'name="token"( type="hidden")? value="[0-9a-f-]{36}"'
    r'|nonce(-|=")[\w-]+|[\w-]+\.[\w-]{6}\.[\w-]{27}|\d\d:\d\d(:\d\d(\.\d+)?)?'
)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a page shows does not hang on the database, and these tests read every page several times."""
    return sqlite_url


class Workplace(House):
    """The house of all addresses, with a member of staff who has answered and one who was hired."""

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__(session)
        self.session = session
        self.member.email = "ona@example.org"
        # A model that really scores, so that there is something to leak.
        real = training.key_only(shelf.get("customer-orientation"), form_id=self.vacancy.form)
        self.model.artefact = registry.pack(real)
        self.model.artefact_sha256 = hashlib.sha256(self.model.artefact).hexdigest()
        self.model.manifest = real.manifest.to_plain()
        colleagues = [rounds.member(session, self.company, 50 + number) for number in range(4)]
        self.everybody: list[StaffMember] = [self.member, *colleagues]
        for index, performer in enumerate(self.everybody):
            for step in range(1, 5):
                rounds.serves(session, performer, self.everybody[(index + step) % 5])
        session.add(
            Hire(
                organisation_id=self.company.id,
                applicant_id=self.applicant.id,
                staff_member_id=colleagues[0].id,
                hired_on="2026-09-01",
            )
        )
        session.commit()
        firm = rounds.House(self.company, self.user, self.everybody)
        self.round = rounds.opened(session, firm, settings, kind="extra")
        self.rater = rounds.rater_of(session, self.round, colleagues[1])
        self.answered = self.sitting_of(self.member, settings)

    def sitting_of(self, member: StaffMember, settings: Settings) -> Sitting:
        paper = paper_of(self.session, self.company.id, self.vacancy.questionnaire_id)
        invite_staff(self.session, paper, user_id=None, settings=settings)
        sitting = Sitting(
            organisation_id=self.company.id,
            staff_member_id=member.id,
            questionnaire_id=paper.questionnaire_id,
            form=paper.form,
            purpose="training",
            language="en",
            state="submitted",
            seed=3,
            consented_at=now(),
            submitted_at=now(),
        )
        self.session.add(sitting)
        self.session.flush()
        found = select(StaffInvitation).where(StaffInvitation.staff_member_id == member.id)
        self.session.scalars(found).one().sitting_id = sitting.id
        self.session.commit()
        return sitting

    def give(self, sitting: Sitting, value: dict[str, str], receipt: str) -> None:
        """Put these answers in the place of those that there are."""
        for table in (Answer, AnswerRevision):
            self.session.execute(delete(table).where(table.sitting_id == sitting.id))
        for item in shelf.get("customer-orientation").items_of(sitting.form):
            same: dict[str, Any] = {
                "organisation_id": self.company.id,
                "sitting_id": sitting.id,
                "item_id": item.id,
                "value": value,
                "saved_at": now(),
            }
            self.session.add_all([Answer(**same), AnswerRevision(**same, revision=1)])
        sitting.receipt_code = receipt
        self.session.commit()


@pytest.fixture
def place(client: FlaskClient, session: Session, settings: Settings) -> Workplace:
    assert client  # it makes every client of this site one that reads pages
    return Workplace(session, settings)


def readers(app: Flask, place: Workplace, settings: Settings) -> Iterator[tuple[str, FlaskClient]]:
    """Each role, a colleague who rates, an applicant, and a stranger."""
    for role in ROLES:
        user = people.user(place.session, place.company, role)
        place.session.commit()
        client = app.test_client()
        sign_in(client, user)
        yield role, client
    rater = app.test_client()
    rounds.walk_in(rater, settings, place.rater)
    yield "rater", rater
    yield "applicant", holding(app, place.sitting)
    yield "stranger", app.test_client()


def holding(app: Flask, sitting: Sitting) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["sittings"] = {str(sitting.id): str(sitting.organisation_id)}
    return client


def pages(app: Flask, client: FlaskClient, place: Workplace, endpoints: str = "") -> dict[str, str]:
    """Every page that this reader gets, with what changes on each reading taken out."""
    found = {}
    for rule in readable(app, endpoints):
        reply = client.get(place.address(rule))
        if reply.status_code == 200:
            text = reply.get_data().decode("utf-8", "replace")
            found[rule.endpoint] = CHANGING.sub("", text)
        reply.close()
    return found


def readable(app: Flask, endpoints: str) -> list[Rule]:
    return [
        rule
        for rule in rules(app)
        if "GET" in (rule.methods or set()) and re.match(endpoints, rule.endpoint) and ruled(app, rule)
    ]


def test_no_page_of_any_role_changes_with_what_staff_answered(app: Flask, place: Workplace, settings: Settings) -> None:
    known = list(readers(app, place, settings))
    place.give(place.answered, RIGHT, "AAAABBBBCCCC")
    before = {name: pages(app, each, place) for name, each in known}
    place.give(place.answered, WRONG, "DDDDEEEEFFFF")
    after = {name: pages(app, each, place) for name, each in known}
    assert sum(map(len, before.values())) > 60
    for name, read in before.items():
        assert read.keys() == after[name].keys()
        for endpoint, text in read.items():
            assert text == after[name][endpoint], f"{name} at {endpoint}"
            assert str(place.answered.id) not in text, f"{name} at {endpoint}"


def test_a_page_that_told_one_count_of_the_answers_would_be_found(
    app: Flask, place: Workplace, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above would pass if nothing were read: so a page is made to leak, and the leak is seen."""

    def leaking(session: Session, member: StaffMember) -> tuple[int, int]:
        mine = select(Answer.value).join(Sitting, Sitting.id == Answer.sitting_id)
        values = session.scalars(mine.where(Sitting.staff_member_id == member.id)).all()
        return values.count(RIGHT), 0

    monkeypatch.setattr("webapp.hr.staff_views.service_counts", leaking)
    seen = []
    hr = next(client for name, client in readers(app, place, settings) if name == "hr")
    for value in (RIGHT, WRONG):
        place.give(place.answered, value, "AAAABBBBCCCC")
        seen.append(pages(app, hr, place, r"hr\.(member|home)$"))
    assert seen[0]["hr.home"] == seen[1]["hr.home"]
    assert seen[0]["hr.member"] != seen[1]["hr.member"]


def test_the_person_sees_the_own_feedback(app: Flask, place: Workplace) -> None:
    place.give(place.answered, RIGHT, "AAAABBBBCCCC")
    reply = holding(app, place.answered).get(f"/sitting/{place.answered.id}/feedback")
    assert reply.status_code == 200
    assert "Only you see this page" in reply.get_data(as_text=True)


def test_a_link_of_the_staff_opens_nobody_elses_sitting(app: Flask, place: Workplace) -> None:
    client = holding(app, place.sitting)
    for rule in readable(app, r"candidate\."):
        if "sitting_id" in rule.arguments:
            address = place.address(rule).replace(str(place.sitting.id), str(place.answered.id))
            assert client.get(address).status_code in (403, 404), address


def test_raters_and_hr_never_see_how_a_hired_colleague_did_as_applicant(
    app: Flask, place: Workplace, settings: Settings
) -> None:
    """The pages of the staff, of the matrix, of the rounds and of the rater, before and after another result."""
    session, rooms = place.session, r"rater\.|hr\.(?!adjustments|requests|request)"
    known = [(name, each) for name, each in readers(app, place, settings) if name in ("hr", "rater", "stranger")]
    place.give(place.sitting, RIGHT, "AAAABBBBCCCC")
    before = {name: pages(app, each, place, rooms) for name, each in known}
    score = session.scalars(select(Score).where(Score.applicant_id == place.applicant.id)).one()
    score.score, score.p_top_third, score.expected_rating = -7.654, 0.9876, 4.321
    place.give(place.sitting, WRONG, "DDDDEEEEFFFF")
    assert sum(map(len, before.values())) > 20
    for name, each in known:
        for endpoint, text in pages(app, each, place, rooms).items():
            assert text == before[name][endpoint], f"{name} at {endpoint}"


def test_the_recruiter_does_see_it_so_that_the_test_above_could_fail(app: Flask, place: Workplace) -> None:
    client = app.test_client()
    sign_in(client, place.user)
    address = page_of(place.applicant)
    before = client.get(address).get_data(as_text=True)
    score = place.session.scalars(select(Score).where(Score.applicant_id == place.applicant.id)).one()
    score.p_top_third, score.expected_rating = 0.9876, 4.321
    place.session.commit()
    after = client.get(address)
    assert after.status_code == 200
    assert CHANGING.sub("", before) != CHANGING.sub("", after.get_data(as_text=True))
