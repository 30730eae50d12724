"""Oversight on pages: what a vacancy says of notices, the sample's review, and the meter that HR and each one see."""

from __future__ import annotations

import datetime as dt
import html

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import oversight, people
from tests.factories.oversight import DECLINED, SHORTLISTED, Overseen
from tests.factories.signing import sign_in
from webapp.records import SampledPerson
from webapp.records.base import now
from webapp.services.blind.face import spelled
from webapp.services.promotion.stop_scores import stop_scores


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Pages are the same over each database."""
    return sqlite_url


@pytest.fixture
def desk(session: Session, client: FlaskClient) -> Overseen:
    found = oversight.overseen(session, 14, target=4, title="Service adviser")
    sign_in(client, found.user)
    return found


def page(client: FlaskClient, address: str) -> str:
    reply = client.get(address)
    assert reply.status_code == 200, address
    return html.unescape(reply.text)


def sent(client: FlaskClient, address: str, data: dict[str, str] | None = None, status: int = 200) -> str:
    reply = client.send(address, data or {}, follow_redirects=True)  # type: ignore[attr-defined]
    assert reply.status_code == status
    return html.unescape(reply.text)


def test_a_notice_is_recorded_and_stands_on_the_head_of_the_vacancy(client: FlaskClient, desk: Overseen) -> None:
    place = f"/vacancies/{desk.vacancy.id}"
    assert "No notice about the program is recorded" in page(client, place)
    page(client, f"{place}/oversight")
    shown = sent(client, f"{place}/oversight/places", {"places-places": "nyc"})
    assert "No notice is recorded. The rule asks for 10 business days" in shown
    wrong = sent(client, f"{place}/oversight/notice", {"notice-given_on": "2999-01-01"}, status=400)
    assert "There is a problem" in wrong
    given = now().date() - dt.timedelta(days=3)
    data = {"notice-given_on": given.isoformat(), "notice-how": "advertisement", "notice-version": "Notice 2026-A"}
    shown = sent(client, f"{place}/oversight/notice", data | {"notice-place": ""})
    assert "Notice 2026-A" in shown
    assert "at the earliest; here it is used from" in shown
    head = page(client, place)
    assert "Notice about the program given on" in head
    assert "too late for a place" in head


def test_a_sample_is_drawn_looked_at_and_counted(client: FlaskClient, desk: Overseen) -> None:
    place = f"/vacancies/{desk.vacancy.id}"
    shown = page(client, f"{place}/oversight")
    assert "the cut is the number of people to be hired: 4. Below it stand 10 people whom nobody has chosen" in shown
    shown = sent(client, f"{place}/oversight/sample")
    assert "Looked at: 0 of 5" in shown
    row = desk.session.scalars(select(SampledPerson).order_by(SampledPerson.number)).first()
    assert row is not None
    review = f"{place}/people/{spelled(row.applicant.code)}/sample/{row.sample_id}"
    assert f"Drawn from below the cut, at place {row.place}." in page(client, review)
    assert "Write a sentence on why" in sent(client, review, {"verdict": "again", "note": ""}, status=400)
    shown = sent(client, review, {"verdict": "again", "note": "Has run a shop."})
    assert "Looked at: 1 of 5 · should be looked at again: 1" in shown
    assert "Has run a shop." in shown
    other = next(each for each in desk.people[:4])
    missing = client.get(f"{place}/people/{spelled(other.code)}/sample/{row.sample_id}")
    assert missing.status_code == 404, "somebody who was not drawn"


def test_hr_sees_all_recruiters_and_each_recruiter_themselves(client: FlaskClient, desk: Overseen) -> None:
    desk.user.name = "Rita Recruiter"
    desk.decide(SHORTLISTED, desk.people[:4])
    desk.decide(DECLINED, desk.people[4:])
    other = people.user(desk.session, desk.owner, "recruiter", name="Otto Other")
    desk.decide(SHORTLISTED, [desk.people[13]], user=other)
    shown = page(client, "/hr/hiring/oversight")
    for words in (
        "Rita Recruiter",
        "Otto Other",
        "too few to say",
        "never against the order",
        "What it does not prove",
        "none recorded",
    ):
        assert words in shown
    page(client, "/vacancies")
    sent(client, "/sign-out")
    sign_in(client, other)
    own = page(client, "/my-decisions")
    assert "too few to say" in own
    assert "Rita" not in own
    assert client.get("/hr/hiring/oversight").status_code == 403
    assert "Your decisions here" in page(client, f"/vacancies/{desk.vacancy.id}/oversight")


def test_rules_are_hrs_and_mistakes_are_named(client: FlaskClient, desk: Overseen) -> None:
    page(client, "/hr/hiring/oversight")
    bad = sent(client, "/hr/hiring/oversight/notice", {"notice-places": "Atlantis"}, status=400)
    assert "Places, line 1: write a name and a number of business days" in bad
    good = sent(client, "/hr/hiring/oversight/notice", {"notice-places": "Atlantis 3", "notice-holidays": "2026-12-25"})
    assert "Atlantis 3" in good
    rule = {"sample-percent": "50", "sample-least": "9", "sample-most": "8"}
    assert "There is a problem" in sent(client, "/hr/hiring/oversight/sample", rule, status=400)
    sent(client, "/hr/hiring/oversight/sample", rule | {"sample-most": "9"})
    assert "the rule draws 9" in page(client, f"/vacancies/{desk.vacancy.id}/oversight")


def test_while_scores_are_stopped_nothing_tells_of_places(client: FlaskClient, desk: Overseen) -> None:
    place = f"/vacancies/{desk.vacancy.id}"
    desk.decide(SHORTLISTED, desk.people[:4])
    desk.decide(DECLINED, desk.people[4:])
    page(client, f"{place}/oversight")
    sent(client, f"{place}/oversight/sample")
    stop_scores(desk.session, desk.owner.id, "something is wrong", desk.user.id)
    desk.session.commit()
    for address in (f"{place}/oversight", "/hr/hiring/oversight", "/my-decisions"):
        shown = page(client, address)
        assert "Scores are stopped" in shown
        assert "Pairs" not in shown
    row = desk.session.scalars(select(SampledPerson)).first()
    assert row is not None
    review = page(client, f"{place}/people/{spelled(row.applicant.code)}/sample/{row.sample_id}")
    assert "at place" not in review


def test_where_names_are_hidden_the_sample_shows_codes(client: FlaskClient, desk: Overseen) -> None:
    desk.vacancy.blind = True
    desk.session.commit()
    place = f"/vacancies/{desk.vacancy.id}"
    page(client, f"{place}/oversight")
    shown = sent(client, f"{place}/oversight/sample")
    row = desk.session.scalars(select(SampledPerson)).first()
    assert row is not None
    shown += page(client, f"{place}/people/{spelled(row.applicant.code)}/sample/{row.sample_id}")
    assert "Simulated 0" not in shown
    assert str(row.applicant_id) not in shown
    assert spelled(row.applicant.code) in shown


def test_others_find_nothing(client: FlaskClient, desk: Overseen) -> None:
    theirs = oversight.overseen(desk.session, 6, target=1)
    page(client, "/vacancies")
    for way in ("sample", "notice", "places"):
        sent(client, f"/vacancies/{theirs.vacancy.id}/oversight/{way}", status=404)
    assert client.get(f"/vacancies/{theirs.vacancy.id}/oversight").status_code == 404
