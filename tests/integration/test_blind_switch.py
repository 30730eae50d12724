"""Names hidden and shown: by the recruiter, as HR asks, and as the company's rule."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import desk as desks
from tests.factories import people, shortlists
from tests.factories.desk import Desk
from webapp.config import Settings
from webapp.errors import Conflict, Invalid
from webapp.records import (
    Applicant,
    BlindChange,
    Confirmation,
    Event,
    Mail,
    Organisation,
    Outbox,
    ReviewRequest,
    Sitting,
    Vacancy,
)
from webapp.records.base import now
from webapp.services.blind import draw_codes, switch
from webapp.services.blind.face import face_of, may_tell
from webapp.services.invite_applicants import invite_applicants, invite_one
from webapp.services.read_invitation_list import Person

WHY = "The works council asked for it."


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> Desk:
    owner = people.organisation(session)
    user = people.user(session, owner, "recruiter", "hr")
    session.commit()
    desks.sign_in(client, user)
    return client, session, user


def fresh(desk: Desk, vacancy: Vacancy) -> Vacancy:
    desk[1].commit()
    desk[1].expire_all()
    return desk[1].get_one(Vacancy, (vacancy.organisation_id, vacancy.id))


def send(desk: Desk, place: str, /, **form: str) -> int:
    desk[1].commit()
    desk[0].get("/vacancies/new")
    status: int = desk[0].send(place, form).status_code  # type: ignore[attr-defined]
    return status


def events(session: Session) -> list[str]:
    return list(session.scalars(select(Event.action).where(Event.action.like("blind%")).order_by(Event.at, Event.id)))


def test_hiding_draws_new_codes_for_the_undecided(session: Session) -> None:
    vacancy = shortlists.vacancy(session)
    owner = session.get_one(Organisation, vacancy.organisation_id)
    user = people.user(session, owner, "recruiter")
    waiting, done = shortlists.applicant(session, vacancy), shortlists.scored(session, vacancy, 3.0)
    hired = shortlists.applicant(session, vacancy, stage=4)
    before = {each.id: each.code for each in (waiting, done, hired)}
    switch.hide_names(session, owner.id, vacancy.id, user_id=user.id)
    switch.hide_names(session, owner.id, vacancy.id, user_id=user.id)
    session.commit()
    session.expire_all()
    assert waiting.code != before[waiting.id]
    assert done.code != before[done.id]
    assert hired.code == before[hired.id]
    faces = [face_of(vacancy, each) for each in (waiting, done, hired)]
    assert [each.hidden for each in faces] == [True, True, False]
    assert [each.name for each in faces[:2]] == ["", ""]
    (change,) = session.scalars(select(BlindChange))
    assert (change.change, change.seen_before, change.user_id) == ("on", 1, user.id)
    assert events(session) == ["blind.on"]


def test_words_from_before_are_not_told(session: Session) -> None:
    vacancy = shortlists.vacancy(session)
    user = people.user(session, session.get_one(Organisation, vacancy.organisation_id), "recruiter")
    person, earlier = shortlists.applicant(session, vacancy), now()
    assert may_tell(vacancy, person, earlier)
    switch.hide_names(session, vacancy.organisation_id, vacancy.id, user_id=user.id)
    assert not may_tell(vacancy, person, earlier)
    assert may_tell(vacancy, person, between := now())
    person.hidden_at = now()
    assert not may_tell(vacancy, person, between), "the name was shown by a decision that was undone"
    assert may_tell(vacancy, person, now())


def test_many_get_their_codes_from_the_worker(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw_codes, "AT_ONCE", 2)
    monkeypatch.setattr(draw_codes, "CHUNK", 2)
    vacancy = shortlists.vacancy(session)
    user = people.user(session, session.get_one(Organisation, vacancy.organisation_id), "recruiter")
    for _number in range(5):
        shortlists.applicant(session, vacancy)
    switch.hide_names(session, vacancy.organisation_id, vacancy.id, user_id=user.id)
    assert session.scalars(select(Outbox.topic)).all() == ["blind.codes"]
    before = set(session.scalars(select(Applicant.code)))
    after = None
    while (after := draw_codes.draw_some(session, vacancy, after)) is not None:
        pass
    assert len(codes := set(session.scalars(select(Applicant.code)))) == 5
    assert not codes & before


def test_a_code_that_somebody_has_is_drawn_again(
    session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a million people two would often draw the same; whoever is invited then must not be turned away."""
    vacancy = shortlists.vacancy(session)
    user = people.user(session, session.get_one(Organisation, vacancy.organisation_id), "recruiter")
    shortlists.applicant(session, vacancy, code="BCDFGHJKM")
    drawn = iter(["BCDFGHJKM", "NPQRSTVWX", "NPQRSTVWX", "Z23456789", "BCDFGHJKM", "99999BBBB"])
    monkeypatch.setattr(draw_codes, "new_code", lambda: next(drawn))
    pasted = [Person(1, "Ona", "ona@example.org", "lt"), Person(2, "Rita", "rita@example.org", "lt")]
    invite_applicants(session, vacancy.organisation_id, vacancy.id, pasted, user_id=user.id, settings=settings)
    invite_one(session, vacancy, Person(1, "Ieva", "ieva@example.org", "lt"), "public", settings)
    session.commit()
    codes = set(session.scalars(select(Applicant.code)))
    assert codes == {"BCDFGHJKM", "NPQRSTVWX", "Z23456789", "99999BBBB"}


def test_showing_asks_for_a_reason_and_is_kept(session: Session) -> None:
    vacancy = shortlists.vacancy(session, blind=True, blinded_at=now())
    user = people.user(session, session.get_one(Organisation, vacancy.organisation_id), "recruiter")
    with pytest.raises(Invalid):
        switch.show_names(session, vacancy.organisation_id, vacancy.id, " ", user_id=user.id)
    assert vacancy.blind
    switch.show_names(session, vacancy.organisation_id, vacancy.id, WHY, user_id=user.id)
    assert not vacancy.blind
    assert session.scalars(select(BlindChange.reason)).one() == WHY
    assert events(session) == ["blind.off"]


def test_what_hr_asks_for_no_recruiter_undoes(session: Session) -> None:
    vacancy = shortlists.vacancy(session)
    owner = vacancy.organisation_id
    user = people.user(session, session.get_one(Organisation, owner), "hr")
    switch.require_blind(session, owner, vacancy.id, user_id=user.id)
    with pytest.raises(Conflict):
        switch.show_names(session, owner, vacancy.id, WHY, user_id=user.id)
    with pytest.raises(Invalid):
        switch.release_blind(session, owner, vacancy.id, "no", user_id=user.id)
    switch.release_blind(session, owner, vacancy.id, WHY, user_id=user.id)
    assert (vacancy.blind, vacancy.blind_required) == (True, False)
    switch.show_names(session, owner, vacancy.id, WHY, user_id=user.id)
    assert not vacancy.blind
    assert events(session) == ["blind.required", "blind.released", "blind.off"]


@pytest.fixture
def pages(desk: Desk, database_url: str) -> Desk:
    if not database_url.startswith("sqlite"):
        pytest.skip("pages ask nothing of the database that the services above do not ask of it")
    return desk


def test_the_recruiters_page_hides_and_shows(pages: Desk) -> None:
    vacancy = desks.ours(pages)
    shortlists.scored(pages[1], vacancy, 3.0, name="Vytautas Unmistakable")
    pages[1].commit()
    address = f"/vacancies/{vacancy.id}/names"
    assert "1 person has a result" in pages[0].get(address).get_data(as_text=True)
    assert send(pages, f"{address}/hide") == 302
    assert fresh(pages, vacancy).blind
    assert "Names are hidden until a decision is recorded" in desks.read(pages, vacancy)
    assert "Names are hidden" in pages[0].get(address).get_data(as_text=True)
    assert send(pages, f"{address}/show", reason="") == 400
    assert fresh(pages, vacancy).blind
    assert send(pages, f"{address}/show", reason=WHY) == 302
    assert not fresh(pages, vacancy).blind
    assert WHY in pages[0].get("/hr/hiring/names").get_data(as_text=True)


def test_hr_asks_and_releases_on_its_page(pages: Desk) -> None:
    vacancy = desks.ours(pages)
    base = f"/hr/hiring/names/{vacancy.id}"
    assert send(pages, f"{base}/require") == 302
    assert fresh(pages, vacancy).blind_required
    assert send(pages, f"/vacancies/{vacancy.id}/names/show", reason=WHY) == 409
    assert send(pages, f"{base}/release", reason="x") == 400
    assert send(pages, f"{base}/release", reason=WHY) == 302
    assert not fresh(pages, vacancy).blind_required


def test_the_companys_rule_holds_for_new_vacancies(pages: Desk) -> None:
    older = desks.ours(pages)
    assert send(pages, "/hr/hiring/names", required="y") == 302
    assert "HR asks for hidden names on every new vacancy" in pages[0].get("/vacancies/new").get_data(as_text=True)
    form = {"title": "Clerk", "instrument": str(older.model_version_id), "languages": "en", "target": "1"}
    assert send(pages, "/vacancies/new", **form) == 302
    session = pages[1]
    session.expire_all()
    new = session.scalars(select(Vacancy).where(Vacancy.title == "Clerk")).one()
    assert (new.blind, new.blind_required) == (True, True)
    assert not fresh(pages, older).blind


def test_a_recruiter_opens_a_blind_vacancy_and_one_like_it(pages: Desk) -> None:
    older = desks.ours(pages)
    form = {"title": "Clerk", "instrument": str(older.model_version_id), "languages": "en", "target": "1"}
    assert send(pages, "/vacancies/new", blind="y", **form) == 302
    pages[1].expire_all()
    new = pages[1].scalars(select(Vacancy).where(Vacancy.title == "Clerk")).one()
    assert (new.blind, new.blind_required) == (True, False)
    assert new.blinded_at is not None
    like = pages[0].get(f"/vacancies/new?like={new.id}").get_data(as_text=True)
    assert 'checked id="blind"' in like or 'id="blind" name="blind" type="checkbox" value="y" checked' in like


@pytest.fixture
def unreached(pages: Desk) -> tuple[Desk, Vacancy, Applicant]:
    """A blind vacancy, and somebody of it whose address is mistyped."""
    vacancy = desks.ours(pages, blind=True, blinded_at=now(), title="Blind one")
    person = shortlists.applicant(pages[1], vacancy, name="Ona", email="ona@exmaple.org")
    pages[1].add(
        Mail(
            organisation_id=vacancy.organisation_id,
            kind="invitation",
            applicant_id=person.id,
            about_id=person.id,
            state="refused",
            reply_code=550,
        )
    )
    pages[1].commit()
    return pages, vacancy, person


def test_an_address_is_mended_without_any_code(unreached: tuple[Desk, Vacancy, Applicant]) -> None:
    desk, vacancy, person = unreached
    base = f"/vacancies/{vacancy.id}/undelivered"
    page = desk[0].get(base).get_data(as_text=True)
    assert "ona@exmaple.org" in page
    assert face_of(vacancy, person).code not in page
    assert send(desk, f"{base}/mend", address="ona@exmaple.org", right="not one") == 400
    assert send(desk, f"{base}/mend", address="ona@exmaple.org", right="Ona@Example.org") == 302
    desk[1].expire_all()
    assert person.email == "ona@example.org"
    assert desk[1].scalars(select(Outbox.topic)).all() == ["mail.invitation"]


def test_what_is_in_the_vacancy_is_not_taken_twice(unreached: tuple[Desk, Vacancy, Applicant]) -> None:
    desk, vacancy, person = unreached
    shortlists.applicant(desk[1], vacancy, email="there@example.org")
    base = f"/vacancies/{vacancy.id}/undelivered"
    assert send(desk, f"{base}/mend", address="ona@exmaple.org", right="there@example.org") == 409
    assert send(desk, f"{base}/mend", address="there@example.org", right="new@example.org") == 409
    assert send(desk, f"{base}/take-back", address="ona@exmaple.org") == 302
    desk[1].expire_all()
    assert person.state == "withdrawn"
    assert send(desk, f"{base}/take-back", address="ona@exmaple.org") == 409


@pytest.mark.parametrize("roles", [("hr",), ("hr", "recruiter")])
def test_hr_pages_name_nobody_to_those_who_also_recruit(
    client: FlaskClient, session: Session, roles: tuple[str, ...], database_url: str
) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("pages ask nothing of the database that other tests do not ask of it")
    vacancy = shortlists.vacancy(session, blind=True, blinded_at=now())
    owner = session.get_one(Organisation, vacancy.organisation_id)
    person = shortlists.scored(session, vacancy, 3.0, name="Vytautas Unmistakable")
    user = people.user(session, owner, *roles)
    sitting = session.scalars(select(Sitting).where(Sitting.applicant_id == person.id)).one()
    review = ReviewRequest(organisation_id=owner.id, sitting_id=sitting.id, kind="review", due_at=now())
    session.add_all([review, Confirmation(organisation_id=owner.id, applicant_id=person.id, state="asked", form="B")])
    session.commit()
    desks.sign_in(client, user)
    pages = ["/hr/confirmations", "/hr/requests", f"/hr/requests/{review.id}"]
    (address,) = re.findall(r'href="(/hr/confirmations/[^"]+)"', client.get(pages[0]).get_data(as_text=True))
    assert str(person.id) not in address
    assert client.get(f"/hr/confirmations/{person.id}").status_code == (404 if "recruiter" in roles else 200)
    for page in (*pages, address):
        text = client.get(page).get_data(as_text=True)
        assert ("Unmistakable" in text) is (roles == ("hr",)), page
        assert (face_of(vacancy, person).code in text) is ("recruiter" in roles), page
