"""Staff take the questionnaire by link: one sitting each, for training only; HR sees counts."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires import shelf
from tests.factories import people
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.errors import Conflict
from webapp.records import Answer, Event, Outbox, QuestionnaireVersion, Score, Sitting, StaffInvitation, User
from webapp.records.base import now
from webapp.services import install_company
from webapp.services.staff_sittings import invite_staff as invite_service
from webapp.services.staff_sittings.count_staff_sittings import count_staff_sittings
from webapp.services.staff_sittings.invite_staff import invite_staff, paper_of, remind_staff, staff_link, to_invite
from webapp.services.staff_sittings.staff_mail import compose_staff_mail, send_staff_mail
from webapp.services.training_data import answers_of, newest_sittings


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


class Asked:
    """A company whose staff are to be asked."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self.session, self.settings = session, settings
        self.company = people.organisation(session, language="ru")
        self.published: QuestionnaireVersion = install_company.publish(
            session, self.company.id, shelf.get("customer-orientation")
        )
        unit = people.unit(session, self.company, name="Sales")
        self.staff = [
            people.staff_member(session, self.company, name=f"P{k}", email=f"p{k}@example.org", unit_id=unit.id)
            for k in range(3)
        ]
        self.without = people.staff_member(session, self.company, name="No address")
        self.gone = people.staff_member(session, self.company, email="g@example.org", left_at=now())
        self.hr: User = people.user(session, self.company, "hr")
        session.commit()
        self.paper = paper_of(session, self.company.id, self.published.id)

    def invite(self) -> int:
        number = invite_staff(self.session, self.paper, user_id=self.hr.id, settings=self.settings)
        self.session.commit()
        return number

    def invitation(self, number: int = 0) -> StaffInvitation:
        self.session.rollback()
        self.session.expire_all()
        found = select(StaffInvitation).where(StaffInvitation.staff_member_id == self.staff[number].id)
        row = self.session.scalars(found).one()
        self.session.commit()
        return row

    def link(self, number: int = 0) -> str:
        return staff_link(self.settings, self.invitation(number)).removeprefix(self.settings.base_url)


@pytest.fixture
def asked(session: Session, settings: Settings) -> Asked:
    return Asked(session, settings)


def begin(client: FlaskClient, link: str) -> str:
    """Press the button of the link; the address of the sitting."""
    assert client.get(link).status_code == 200
    started = client.send(f"{link}/start")
    assert started.status_code == 302, started.status_code
    return "/".join(started.location.split("/")[:3])


def answer_and_send(client: FlaskClient, base: str) -> None:
    client.get(f"{base}/language")
    client.send(f"{base}/language", {"language": "en"})
    client.get(f"{base}/notice")
    client.send(f"{base}/notice", {"agree": "y"})
    client.get(f"{base}/ready")
    client.send(f"{base}/question/1", {"revision": "0", "action": "save", "best": "a", "worst": "b"})
    client.get(f"{base}/review")
    assert client.send(f"{base}/submit").status_code == 302


def test_everybody_here_with_an_address_is_invited_once(asked: Asked) -> None:
    assert asked.invite() == 3
    assert asked.invite() == 0
    queued = asked.session.scalars(select(Outbox.topic).order_by(Outbox.topic)).all()
    assert queued == ["mail.staff_invitation"] * 3
    assert asked.gone.id not in asked.session.scalars(select(StaffInvitation.staff_member_id)).all()


def test_a_member_of_staff_sits_once_and_trains_the_model_only(client: FlaskClient, asked: Asked) -> None:
    asked.invite()
    link = asked.link()
    page = client.get(link).get_data(as_text=True)
    assert client.get(link).status_code == 200  # opening it consumes nothing
    assert asked.session.scalar(select(func.count()).select_from(Sitting)) == 0
    asked.session.commit()
    assert str(len(shelf.get("customer-orientation").items_of(asked.paper.form))) in page
    base = begin(client, link)
    assert begin(client, link) == base
    answer_and_send(client, base)
    asked.session.rollback()
    sitting = asked.session.scalars(select(Sitting)).one()
    assert (sitting.purpose, sitting.state, sitting.staff_member_id) == ("training", "submitted", asked.staff[0].id)
    assert sitting.notice_version
    assert ".training." in sitting.notice_version
    assert asked.session.scalars(select(Score)).all() == []
    found = newest_sittings(asked.session, asked.company.id, asked.published.id, asked.paper.form)
    assert list(answers_of(asked.session, asked.company.id, found.values()).values()) != []
    assert set(found) == {asked.staff[0].id}
    asked.session.commit()
    assert client.get(link).status_code == 200  # the receipt and the feedback stay
    assert begin(client, link) == base


def test_a_scanner_that_pressed_start_begins_nothing_and_chooses_no_language(
    app: Flask, client: FlaskClient, session: Session, asked: Asked
) -> None:
    asked.invite()
    link, scanner = asked.link(), cast(Any, app.test_client())
    base = begin(scanner, link)
    scanner.get(f"{base}/language")
    assert scanner.send(f"{base}/language", {"language": "ru"}).location == f"{base}/notice"
    session.rollback()
    total, _units = count_staff_sittings(session, asked.paper)
    assert (total.invited, total.started, total.done) == (3, 0, 0)
    assert "sitting.started" not in session.scalars(select(Event.action)).all()
    session.commit()
    page = client.get(link).get_data(as_text=True)
    assert "Welcome back" not in page
    assert "Take my answers back" not in page
    assert client.send(f"{link}/start").location == f"{base}/language", "from the beginning"  # type: ignore[attr-defined]


def test_another_browser_goes_on_with_a_staff_sitting_by_a_tick(app: Flask, client: FlaskClient, asked: Asked) -> None:
    asked.invite()
    link = asked.link()
    base = begin(client, link)
    answer_and_send(client, base)
    other: Any = app.test_client()
    other.get(link)
    missing = other.send(f"{link}/start").location
    assert missing == f"{link}?me=missing"
    assert 'id="me-error"' in other.get(missing).text
    assert other.get(f"{base}/receipt").status_code == 404
    assert other.send(f"{link}/start", {"me": "y"}).location == f"{base}/receipt"


def test_imported_and_collected_answers_both_train(client: FlaskClient, asked: Asked) -> None:
    asked.invite()
    answer_and_send(client, begin(client, asked.link()))
    item = shelf.get("customer-orientation").items_of("A")[0].id
    imported = Sitting(
        organisation_id=asked.company.id,
        staff_member_id=asked.without.id,
        questionnaire_id=asked.published.id,
        form="A",
        purpose="training",
        state="submitted",
        seed=0,
        submitted_at=now(),
    )
    asked.session.rollback()
    asked.session.add(imported)
    asked.session.flush()
    value = {"best": "c", "worst": "d"}
    asked.session.add(
        Answer(organisation_id=asked.company.id, sitting_id=imported.id, item_id=item, value=value, saved_at=now())
    )
    asked.session.flush()
    found = newest_sittings(asked.session, asked.company.id, asked.published.id, "A")
    assert set(found) == {asked.staff[0].id, asked.without.id}
    assert [each[item] for each in answers_of(asked.session, asked.company.id, found.values()).values()] != []
    assert asked.without not in to_invite(asked.session, asked.paper)


def test_whose_answers_came_by_file_meanwhile_does_not_sit_again(client: FlaskClient, asked: Asked) -> None:
    asked.invite()
    link = asked.link()
    asked.session.add(
        Sitting(
            organisation_id=asked.company.id,
            staff_member_id=asked.staff[0].id,
            questionnaire_id=asked.published.id,
            form=asked.paper.form,
            purpose="training",
            state="submitted",
            seed=0,
            submitted_at=now(),
        )
    )
    asked.session.commit()
    client.get(link)
    assert client.send(f"{link}/start").status_code == 409


def test_links_end_with_the_person_and_with_time(client: FlaskClient, asked: Asked) -> None:
    asked.invite()
    link, other = asked.link(0), asked.link(1)
    asked.invitation(1).expires_at = now() - dt.timedelta(minutes=1)
    asked.staff[0].left_at = now()
    asked.session.commit()
    assert client.get(link).status_code == 410
    assert client.get(other).status_code == 410
    assert client.get("/s/unknown").status_code == 404
    client.get("/sign-in")
    assert client.send(f"{link}/start").status_code == 410
    assert remind_staff(asked.session, asked.paper, user_id=None, settings=asked.settings) == 2
    asked.session.commit()
    assert client.get(other).status_code == 404  # the reminder brought a new one
    assert client.get(asked.link(1)).status_code == 200


def test_who_is_done_is_not_reminded(client: FlaskClient, asked: Asked) -> None:
    asked.invite()
    answer_and_send(client, begin(client, asked.link()))
    asked.session.rollback()
    assert remind_staff(asked.session, asked.paper, user_id=None, settings=asked.settings) == 2
    asked.session.commit()
    row = asked.invitation()
    assert not send_staff_mail(asked.session, asked.company.id, row.id, asked.settings, reminder=True)


def test_the_mail_speaks_the_persons_language_and_is_sent(app: Flask, asked: Asked) -> None:
    asked.staff[0].language = "lt"
    asked.session.commit()
    asked.invite()
    with app.test_request_context():
        for number, language in ((0, "lt"), (1, "ru")):
            row = asked.invitation(number)
            message = compose_staff_mail(asked.settings, asked.company, asked.staff[number], row, reminder=False)
            assert message["Content-Language"] == language
            assert staff_link(asked.settings, row) in message.get_body(("plain",)).get_content()
        assert send_staff_mail(asked.session, asked.company.id, row.id, asked.settings, reminder=False)
    assert len(list(asked.settings.mail_folder.glob("*.eml"))) == 1


def test_hr_sees_counts_and_never_a_link(client: FlaskClient, session: Session, asked: Asked) -> None:
    sign_in(client, asked.hr)
    client.get("/hr/staff/questionnaire")
    place = f"/hr/staff/questionnaire/{asked.published.id}"
    assert client.send(f"{place}/invite", {"unit": ""}).status_code == 302
    answer_and_send(client, begin(client, asked.link()))
    page = client.get("/hr/staff/questionnaire").get_data(as_text=True)
    assert "/s/" not in page
    assert "1 person cannot be invited" in page
    session.rollback()
    total, units = count_staff_sittings(session, asked.paper)
    assert (total.invited, total.started, total.done) == (3, 0, 0), "told in whole fives"
    assert units == []
    session.commit()
    assert client.send(f"{place}/remind").status_code == 302


def test_counts_of_units_of_one_or_two_are_not_told(session: Session, asked: Asked) -> None:
    kiosk = people.unit(session, asked.company, name="Kiosk")
    people.staff_member(session, asked.company, email="k@example.org", unit_id=kiosk.id)
    session.commit()
    asked.invite()
    total, units = count_staff_sittings(session, asked.paper)
    assert total.invited == 4
    assert units == [], "together they would be all"


def test_answers_are_taken_back_for_good(client: FlaskClient, session: Session, asked: Asked) -> None:
    asked.invite()
    link = asked.link()
    answer_and_send(client, begin(client, link))
    client.get(link)
    assert client.send(f"{link}/withdraw").location == link
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Answer)) == 1
    session.commit()
    client.get(link)
    client.send(f"{link}/withdraw", {"sure": "y"})
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Answer)) == 0
    assert newest_sittings(session, asked.company.id, asked.published.id, asked.paper.form) == {}
    session.commit()
    assert client.get(link).status_code == 410
    client.get("/sign-in")
    assert client.send(f"{link}/start").status_code == 410


def test_a_questionnaire_that_cannot_be_asked_invites_nobody(
    session: Session, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invite_service, "can_be_asked", lambda _questionnaire, _form: False)
    with pytest.raises(Conflict):
        asked.invite()
    session.rollback()
    assert session.scalars(select(StaffInvitation)).all() == []
