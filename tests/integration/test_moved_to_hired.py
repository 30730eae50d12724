"""Whom recruiters move to a stage of taking on stands before HR until it is confirmed; nothing is written before."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import people, shortlists
from tests.factories.signing import sign_in
from tests.integration.test_decisions import DECLINED, INTERVIEW, Desk
from webapp.config import Settings
from webapp.errors import Conflict
from webapp.records import DecisionBatch, Hire, Organisation, StaffMember
from webapp.services.blind.face import spelled
from webapp.services.decisions.clear_stage import clear_stage
from webapp.services.decisions.edit_stages import StageWords, add_stage
from webapp.services.decisions.stages import stage_of
from webapp.services.decisions.undo import undo_batch
from webapp.services.erasure.erase_applicants import erase_applicants
from webapp.services.promotion.stop_scores import stop_scores
from webapp.services.staff import moved_to_hired
from webapp.services.staff.hire_applicants import hire
from webapp.services.staff.moved_to_hired import MovedPage, count_moved, moved_page
from webapp.services.staff.note_change import Author

HIRED = 4
DAY = dt.date(2026, 9, 1)
PAGE = "/hr/staff/hired"
HEADING = "Hired by recruiters"
TAKEN_ON = {"en": "Trainees", "ru": "Стажёры", "lt": "Stažuotojai"}
SCORES = (4.5, 4.0, 3.5, 3.0, 2.5)


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session, SCORES)


def waiting(desk: Desk, start: int = 0) -> MovedPage:
    desk.session.flush()
    page = moved_page(desk.session, desk.owner, {"hr"}, start)
    assert page.all == count_moved(desk.session, desk.owner)
    return page


def places(desk: Desk) -> list[int]:
    return [[each.id for each in desk.people].index(person.applicant_id) for person in waiting(desk).people]


def test_who_was_moved_waits_for_hr_until_moved_on_undone_or_taken_over(
    desk: Desk, session: Session, settings: Settings
) -> None:
    Desk(session, SCORES[:1]).decide([0], HIRED)
    desk.decide([0], HIRED)
    desk.decide([1], INTERVIEW)
    last = desk.decide([2, 3, 4], HIRED, user=desk.boris).batch
    assert sorted(places(desk)[:3]) == [2, 3, 4]
    assert places(desk)[3:] == [0]
    first = waiting(desk).people[3]
    assert (first.face.name, first.vacancy, first.who) == (desk.people[0].name, desk.vacancy.title, desk.anna.name)
    assert session.scalars(select(Hire)).all() == []
    # Within such stages, and out of them and back: told once, and then where they stand.
    trainees = add_stage(session, desk.owner, StageWords(TAKEN_ON, "hired", True), user_id=desk.hr.id)
    desk.decide([0], DECLINED)
    assert sorted(places(desk)) == [2, 3, 4]
    desk.decide([0], HIRED)
    assert clear_stage(session, desk.owner, HIRED, trainees.number, "One list of them.", user_id=desk.hr.id) == 4
    assert sorted(places(desk)) == [0, 2, 3, 4]
    assert undo_batch(session, desk.owner, last.id, user_id=desk.boris.id).people == 0
    assert sorted(places(desk)) == [0, 2, 3, 4]
    # Withdrawn, taken over, erased: gone from it.
    desk.people[2].state = "withdrawn"
    hire(session, desk.owner, desk.people[3].id, hired_on=DAY, code="", author=Author(desk.hr.id), moved=True)
    assert sorted(places(desk)) == [0, 4]
    session.commit()
    erase_applicants(session, desk.owner, [desk.people.pop().id], settings, "retention")
    session.commit()
    assert places(desk) == [0]


@SQLITE
def test_what_was_undone_is_not_taken_over_from_a_page_left_open(desk: Desk, session: Session) -> None:
    batch = desk.decide([0], HIRED).batch
    person = desk.people[0]
    assert places(desk) == [0]
    undo_batch(session, desk.owner, batch.id, user_id=desk.anna.id)
    assert places(desk) == []
    with pytest.raises(Conflict):
        hire(session, desk.owner, person.id, hired_on=DAY, code="", author=Author(desk.hr.id), moved=True)
    assert session.scalars(select(StaffMember)).all() == []


@SQLITE
def test_pages_of_them_are_bounded(desk: Desk, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moved_to_hired, "PAGE", 2)
    monkeypatch.setattr(moved_to_hired, "MOST_COUNTED", 3)
    desk.decide([0, 1, 2, 3, 4], HIRED)
    starts = [(page.before, page.after, page.all) for page in (waiting(desk, start) for start in (0, 2, 4))]
    assert starts == [(None, 2, 4), (0, 4, 4), (2, None, 4)]
    told = [person.applicant_id for start in (0, 2, 4) for person in waiting(desk, start).people]
    # By the code, which is drawn by lot: ids would tell who was invited first.
    assert told == [each.id for each in sorted(desk.people, key=lambda each: each.code)]
    assert [waiting(desk, start).start for start in (-7, 6, 10**30)] == [0, 0, 0]


@SQLITE
def test_hr_sees_confirms_and_nothing_is_added_before(client: FlaskClient, session: Session, desk: Desk) -> None:
    late = shortlists.applicant(session, desk.vacancy, name="Not Answered")
    desk.people.append(late)
    stop_scores(session, desk.owner, "A mistake in the key.", user_id=desk.hr.id)
    desk.decide([0], HIRED)
    desk.decide([5], HIRED)
    session.commit()
    sign_in(client, desk.hr)
    assert "2 people were hired and are not on the staff list yet" in client.get("/hr").text
    page = client.get(PAGE).text
    assert page.count("Add to the staff") == 2
    for told in (desk.people[0].name, late.name, desk.vacancy.title, desk.anna.name, HEADING):
        assert told in page
    assert not session.scalars(select(StaffMember)).all()
    for person, code in ((late, "E-1"), (desk.people[0], "")):
        given = {"hired_on": DAY.isoformat(), "code": code, "moved": "yes"}
        assert client.send(f"{PAGE}/{person.id}", given).status_code == 302  # type: ignore[attr-defined]
    session.rollback()
    assert {each.code for each in session.scalars(select(StaffMember))} == {"E-1", "NEW-1"}
    page = client.get(PAGE).text
    assert HEADING not in page
    assert late.name not in page.split("<table")[0]
    assert "not on the staff list yet" not in client.get("/hr").text


@SQLITE
def test_whoever_also_recruits_sees_the_code_and_no_form(client: FlaskClient, session: Session) -> None:
    """On a blind vacancy whose stage of taking on shows no name."""
    desk = Desk(session, SCORES, blind=True)
    stage_of(session, desk.owner, HIRED).reveals = False
    desk.decide([0], HIRED)
    both = people.user(session, session.get_one(Organisation, desk.owner), "hr", "recruiter")
    session.commit()
    person = desk.people[0]
    sign_in(client, both)
    page = client.get(PAGE).text
    assert spelled(person.code) in page
    for hidden in (person.name, person.email, str(person.id), "Add to the staff"):
        assert hidden not in page
    sign_in(client, desk.hr)
    page = client.get(PAGE).text
    assert person.name in page
    assert spelled(person.code) not in page


@SQLITE
def test_the_recruiter_is_told_what_happens_next(client: FlaskClient, session: Session, desk: Desk) -> None:
    session.commit()
    sign_in(client, desk.anna)
    address = f"/vacancies/{desk.vacancy.id}/people/{spelled(desk.people[0].code)}"
    mark = client.get(address).text.split('name="mark" value="')[1].split('"')[0]
    given = {"to": str(HIRED), "reason": "", "text": "The papers fit.", "mark": mark}
    assert client.send(f"{address}/move", given).status_code == 302  # type: ignore[attr-defined]
    assert "HR now sees this person among hired applicants" in client.get(address).text
    session.rollback()
    made = session.scalars(select(DecisionBatch.id)).one()
    page = client.get(f"/vacancies/{desk.vacancy.id}/decisions/{made}").text
    assert "HR sees everybody moved here among hired applicants" in page


@SQLITE
def test_whoever_is_taken_over_without_having_answered_stands_among_the_hired(
    client: FlaskClient, session: Session
) -> None:
    desk = Desk(session, SCORES[:1])
    person = shortlists.applicant(session, desk.vacancy, name="Nora Newcomer")
    desk.people.append(person)
    desk.decide([1], HIRED)
    hire(session, desk.owner, person.id, hired_on=DAY, code="", author=Author(desk.hr.id), moved=True)
    session.commit()
    sign_in(client, desk.hr)
    page = client.get(PAGE).get_data(as_text=True)
    assert HEADING not in page
    assert "Nora Newcomer" in page
