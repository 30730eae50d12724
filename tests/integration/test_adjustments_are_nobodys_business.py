"""Recruiters and HR meet no trace of adjustments and interruptions; neither does the score.

Two companies alike in everything but this: in one the applicant asked, was granted more time and breaks, was cut off,
got minutes by hand, ran out of time and was opened again. Every page of every other role must be the same in both.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, sittings, timing
from tests.factories.signing import sign_in
from tests.factories.timing import SetClock, beat, begun, credits_of, sitting_of
from tests.site import CSRF, PageClient
from webapp.extensions import db
from webapp.records import (
    Adjustment,
    AdjustmentRequest,
    Applicant,
    Event,
    Invitation,
    ModelVersion,
    Organisation,
    Score,
    Sitting,
    SittingClock,
    SittingCredit,
    User,
    Vacancy,
)
from webapp.services.erasure.erase_applicants import erase_applicants
from webapp.services.sitting_time.close_sittings import close_chunk, due_sittings

clock = timing.clock
NINE = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
OTHERS = ("recruiter", "hr", "administrator")
FIGURES = ("score", "key_total", "p_top_third", "expected_rating", "lower_90", "upper_90", "flags", "answers_hash")
TELLING = re.compile(r"zebra|adjustment\.|time\.(started|credited|adjusted|ran_out|break)|sitting_clock", re.I)


@dataclass(frozen=True)
class Company:
    """A company with one applicant who has finished."""

    someone: sittings.Invited
    owner: uuid.UUID
    ids: dict[str, Any]
    reader: str
    adjuster: str


def company(session: Session) -> Company:
    owner = people.organisation(session, name="The Company")
    someone = sittings.invited(session, timing.place(session, owner))
    someone.applicant.name, someone.applicant.email = "Jo Lind", "jo@example.org"
    reader = people.user(session, owner, *OTHERS, name="Reader")
    adjuster = people.user(session, owner, "adjustments", name="Zebra Adjuster")
    someone.applicant.code = "BCDFGHJKM"
    session.commit()
    ids = {"vacancy_id": someone.vacancy.id, "applicant_id": someone.applicant.id, "code": someone.applicant.code}
    return Company(someone, owner.id, ids, reader.email, adjuster.email)


def answer_some(client: PageClient, address: str) -> None:
    for number in range(1, 12):
        client.get(f"{address}/question/{number}")
        best, worst = timing.questionnaire().items_of("A")[number - 1].option_ids[:2]
        values = {"best": best, "worst": worst, "revision": "0", "action": "save"}
        assert client.send(f"{address}/question/{number}", values).status_code == 302


def submit(client: PageClient, address: str) -> None:
    client.get(f"{address}/review")
    assert client.send(f"{address}/submit").status_code == 302


def keep_token(browser: PageClient, address: str) -> None:
    """Pages of errors have no form: keep the token of a page that has one."""
    browser.get(address)
    found = CSRF.search(browser.last_page)
    assert found
    browser.token = found.group(1)


def plainly(client: PageClient, clock: SetClock, place: Company) -> None:
    address = begun(client, place.someone)
    answer_some(client, address)
    clock.pass_by(minutes=12)
    submit(client, address)


def with_everything(client: PageClient, desk: PageClient, session: Session, clock: SetClock, place: Company) -> None:
    address = begun(client, place.someone)
    client.get(f"{address}/adjustment")
    client.send(f"{address}/adjustment", {"wanted": ["time", "breaks"], "words": "zebra words"})
    granted_by_desk(desk, session, place)
    answer_some(client, address)
    clock.pass_by(minutes=5)
    beat(client, address, offline=300)
    client.get(f"{address}/break")
    client.send(f"{address}/break/start")
    sheet = f"/hr/adjustments/{place.ids['applicant_id']}/sittings/{sitting_of(session, place.someone).id}"
    desk.get(f"{sheet}/extend")
    desk.send(f"{sheet}/extend", {"minutes": "7", "reason": "zebra minutes"})
    clock.pass_by(minutes=70)
    with db.scope(), db.transaction() as writing:
        assert close_chunk(writing, due_sittings(writing), "test-secret") == 1
    desk.get(f"{sheet}/reopen")
    desk.send(f"{sheet}/reopen", {"minutes": "9", "reason": "zebra again"})
    clock.pass_by(minutes=3)
    submit(client, address)


def granted_by_desk(desk: PageClient, session: Session, place: Company) -> None:
    sign_in(desk, User(email=place.adjuster))
    sheet = f"/hr/adjustments/{place.ids['applicant_id']}"
    asked = session.scalars(select(AdjustmentRequest).where(AdjustmentRequest.organisation_id == place.owner)).one()
    values = {"factor": "1.5", "breaks": "1", "break_minutes": "10", "reason": "zebra reason"}
    desk.get(sheet)
    assert desk.send(f"{sheet}/grant", values).status_code == 302
    told = {"decision": "granted", "note": "zebra note"}
    assert desk.send(f"{sheet}/requests/{asked.id}", told).status_code == 302


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a page shows is the same over each database."""
    return sqlite_url


@pytest.fixture
def both(app: Flask, client: PageClient, session: Session, clock: SetClock) -> tuple[Company, Company]:
    """The same day in two companies: nothing happened in the first, everything in the second."""
    clock.at = NINE
    plain, full = company(session), company(session)
    plainly(client, clock, plain)
    clock.at = NINE
    with_everything(timing.another_browser(app), timing.another_browser(app), session, clock, full)
    clock.at = NINE + dt.timedelta(hours=5)
    session.rollback()
    return plain, full


def walked(app: Flask, place: Company) -> Iterator[tuple[str, str]]:
    """Every page that the other roles can open with the ids of this company, without what differs by chance."""
    browser = timing.another_browser(app)
    sign_in(browser, User(email=place.reader))
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        allowed: str = getattr(app.view_functions[rule.endpoint], "access_rule", "")
        if "GET" not in (rule.methods or ()) or not (allowed.startswith("role:") or allowed == "signed_in"):
            continue
        if rule.arguments <= set(place.ids) and allowed != "role:adjustments":
            address = rule.rule
            for name in rule.arguments:
                address = address.replace(f"<veiled:{name}>", str(place.ids[name]))
                address = address.replace(f"<uuid:{name}>", str(place.ids[name]))
                address = address.replace(f"<{name}>", str(place.ids[name]))
            yield rule.rule, without_chance(browser.get(address).get_data())


def without_chance(page: bytes) -> str:
    text = page.decode(errors="replace")
    for pattern in (
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        r"[0-9a-f]{32}",
        r'name="csrf_token"[^>]*value="[^"]+"',
        r'(?<=nonce=")[^"]+',
    ):
        text = re.sub(pattern, "…", text)
    return text


def test_every_page_of_every_other_role_is_the_same_with_and_without(
    app: Flask, session: Session, both: tuple[Company, Company]
) -> None:
    plain, full = both
    assert [kind for kind, *_rest in credits_of(session, full.someone)] == ["outage", "extension", "reopening"]
    of_plain, of_full = dict(walked(app, plain)), dict(walked(app, full))
    assert of_plain.keys() == of_full.keys()
    assert {"/vacancies/<uuid:vacancy_id>/people/<code>", "/vacancies/<uuid:vacancy_id>", "/hr"} <= of_full.keys()
    assert "Jo Lind" in of_full["/vacancies/<uuid:vacancy_id>/people/<code>"]
    for rule, page in of_full.items():
        assert not TELLING.search(page), rule
        if not page.startswith("PK"):
            assert page == of_plain[rule], rule


def test_time_and_adjustments_change_no_bit_of_the_score(session: Session, both: tuple[Company, Company]) -> None:
    plain, full = (session.scalars(select(Score).where(Score.organisation_id == place.owner)).one() for place in both)
    assert {name: getattr(plain, name) for name in FIGURES} == {name: getattr(full, name) for name in FIGURES}


def test_all_of_it_is_written_down_as_events_without_a_word_about_the_person(
    session: Session, both: tuple[Company, Company]
) -> None:
    _plain, full = both
    events = session.scalars(select(Event).where(Event.organisation_id == full.owner)).all()
    done = {event.action for event in events if event.action.startswith(("adjustment.", "time."))}
    assert done == {
        "adjustment.requested",
        "adjustment.granted",
        "adjustment.request_granted",
        "adjustment.reopened",
        "time.started",
        "time.adjusted",
        "time.credited",
        "time.break_started",
        "time.ran_out",
    }
    assert "zebra" not in str([event.detail for event in events])
    about = {full.ids["applicant_id"], sitting_of(session, full.someone).id}
    assert not [e for e in events if e.subject_id in about and e.action.startswith(("adjustment.", "time."))]


def test_all_of_it_goes_with_the_person(app: Flask, session: Session, both: tuple[Company, Company]) -> None:
    _plain, full = both
    owner, applicant = full.owner, full.ids["applicant_id"]
    with app.test_request_context("/"), db.scope(), db.transaction() as writing:
        erase_applicants(writing, owner, [applicant], app.config["SETTINGS"], "retention")
    session.rollback()
    for table in (Adjustment, AdjustmentRequest, SittingClock, SittingCredit, Sitting, Invitation):
        assert not session.scalars(select(table.id).where(table.organisation_id == owner)).all(), table
    kept = (Organisation, ModelVersion, Vacancy)
    assert all(session.scalars(select(table.id)).all() for table in kept)
    assert session.get(Applicant, (owner, applicant)) is None


def test_another_companys_adjuster_finds_nobody(app: Flask, session: Session, both: tuple[Company, Company]) -> None:
    plain, full = both
    browser = timing.another_browser(app)
    sign_in(browser, User(email=plain.adjuster))
    sheet = f"/hr/adjustments/{full.ids['applicant_id']}"
    sitting = sitting_of(session, full.someone)
    credit = session.scalars(select(SittingCredit.id).where(SittingCredit.kind == "extension")).one()
    asked = session.scalars(select(AdjustmentRequest.id)).one()
    assert browser.get("/hr/adjustments?name=Jo").get_data(as_text=True).count("Jo Lind") == 1
    keep_token(browser, "/hr/adjustments/outages")
    whole = {"minutes": "5", "reason": "x", "factor": "2", "breaks": "0", "break_minutes": "5", "decision": "granted"}
    assert browser.get(sheet).status_code == 404
    for tail in ("grant", "revoke", f"requests/{asked}", *(f"sittings/{sitting.id}/{t}" for t in ("extend", "reopen"))):
        assert browser.send(f"{sheet}/{tail}", whole).status_code == 404, tail
    assert browser.send(f"{sheet}/sittings/{sitting.id}/extend/{credit}").status_code == 404
