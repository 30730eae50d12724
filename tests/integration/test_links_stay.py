"""Whoever can change addresses gets nobody's link with them, and learns from no mail who has begun or finished."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import rounds
from tests.factories.signing import sign_in
from tests.integration.test_staff_sittings import Asked, begin
from webapp.config import Settings
from webapp.jobs import runtime, staff_mail_job
from webapp.records import StaffInvitation, StaffMember
from webapp.records.base import now
from webapp.services.rounds.remind_raters import remind_raters
from webapp.services.staff_sittings.invite_staff import remind_staff, staff_link


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


class Invited:
    """The company of the other tests, with everybody invited; known by ids, since a mail's session ends with it."""

    def __init__(self, app: Flask, session: Session, settings: Settings) -> None:
        asked = Asked(session, settings)
        asked.invite()
        self.app, self.session, self.settings, self.paper = app, session, settings, asked.paper
        self.owner, self.person = asked.company.id, asked.staff[0].id
        self.row = asked.invitation().id
        session.commit()

    def link(self) -> str:
        found = staff_link(self.settings, self.session.get_one(StaffInvitation, (self.owner, self.row)))
        self.session.rollback()
        return found.removeprefix(self.settings.base_url)

    def mail(self, *, reminder: bool) -> None:
        runtime.enter(self.app)
        staff_mail_job.post_staff_link.__wrapped__(str(self.owner), str(self.row), reminder)  # type: ignore[attr-defined]

    def change_address_and_remind(self) -> None:
        self.session.rollback()
        self.session.get_one(StaffMember, (self.owner, self.person)).email = "hr@example.org"
        self.session.flush()
        remind_staff(self.session, self.paper, user_id=None, settings=self.settings)
        self.session.commit()
        self.mail(reminder=True)

    def mails_to(self, address: str) -> int:
        mails = [each.read_text() for each in self.settings.mail_folder.glob("*.eml")]
        return sum(bool(re.search(rf"^To:.*{address}", each, re.MULTILINE)) for each in mails)


@pytest.fixture
def invited(app: Flask, session: Session, settings: Settings) -> Invited:
    return Invited(app, session, settings)


@pytest.mark.parametrize("begun", [False, True])
def test_a_changed_address_brings_hr_no_link_to_the_questionnaire(
    client: FlaskClient, invited: Invited, begun: bool
) -> None:
    invited.mail(reminder=False)
    link = invited.link()
    if begun:
        begin(client, link)
    invited.change_address_and_remind()
    assert invited.mails_to("hr@example.org") == 0
    assert invited.mails_to("p0@example.org") == 2, "alike, whether somebody has begun or not"
    assert invited.link() == link


def test_an_address_to_which_no_mail_could_be_sent_can_be_mended(client: FlaskClient, invited: Invited) -> None:
    old = invited.link()
    invited.change_address_and_remind()
    assert invited.mails_to("hr@example.org") == 1
    assert client.get(old).status_code == 404, "the old link has ended"


def test_reminding_tells_no_number(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked = Asked(session, settings)
    asked.invite()
    sign_in(client, asked.hr)
    client.get("/hr/staff/questionnaire")
    client.send(f"/hr/staff/questionnaire/{asked.published.id}/remind")  # type: ignore[attr-defined]
    page = client.get("/hr/staff/questionnaire").get_data(as_text=True)
    assert "Those who have not finished get a reminder." in page
    assert "reminders are on their way" not in page


def test_a_changed_address_brings_hr_no_rating_link_and_no_news(session: Session, settings: Settings) -> None:
    """One who was mailed and has begun, one who was mailed and has not, and one whom no mail reached."""
    house = rounds.house(session)
    row = rounds.opened(session, house, settings)
    begun, waiting, unsent = (rounds.rater_of(session, row, house.staff[number]) for number in range(3))
    begun.entered, begun.sent_at, waiting.sent_at = True, now(), now()
    links = {each.id: each.link_id for each in (begun, waiting, unsent)}
    for person in house.staff[:3]:
        person.email = "hr@example.org"
    session.flush()
    remind_raters(session, house.company.id, row.id, settings, user_id=house.hr.id)
    assert [each.email for each in (begun, waiting)] == ["p0@example.org", "p1@example.org"]
    assert [each.link_id == links[each.id] for each in (begun, waiting, unsent)] == [True, True, False]
    assert unsent.email == "hr@example.org", "an address that no mail had reached can be mended"
