"""A vacancy's first day, its archive, one like another, and how vacancies are found."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, shortlists, sittings
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.records import Event, LinkRequest, Sitting, Vacancy
from webapp.records.base import now
from webapp.records.organisation import Organisation
from webapp.security import derived_token, token_hash
from webapp.services.compose_mail import Post, addressee_of, compose_invitation
from webapp.services.links.link_that_opens import make_link

SOON = dt.timedelta(days=40)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """These pages ask nothing of the database that other tests do not ask of PostgreSQL too."""
    return sqlite_url


def begun(session: Session) -> int:
    return len(session.scalars(select(Sitting)).all())


def test_before_the_first_day_nobody_begins(client: FlaskClient, session: Session) -> None:
    place = sittings.vacancy(session, people.organisation(session), opens_at=now() + SOON)
    invited = sittings.invited(session, place)
    session.commit()
    page = client.get(invited.link)
    assert page.status_code == 200
    assert "Not open yet" in page.get_data(as_text=True)
    assert ">Start<" not in page.get_data(as_text=True)
    refused = client.send(f"{invited.link}/start")
    assert refused.status_code == 409
    assert "Keep this link" in refused.get_data(as_text=True)
    assert begun(session) == 0


def test_on_its_day_the_same_link_opens(client: FlaskClient, session: Session) -> None:
    place = sittings.vacancy(session, people.organisation(session), opens_at=now() + SOON)
    invited = sittings.invited(session, place)
    session.commit()
    client.get(invited.link)
    place.opens_at = now() - dt.timedelta(seconds=1)
    session.commit()
    assert "Not open yet" not in client.get(invited.link).get_data(as_text=True)
    assert client.send(f"{invited.link}/start").status_code == 302
    session.commit()
    session.expire_all()
    assert begun(session) == 1


def test_whoever_has_begun_goes_on_when_the_day_is_moved(client: FlaskClient, session: Session) -> None:
    invited = sittings.invited(session)
    session.commit()
    sittings.walk_in(client, invited)
    invited.vacancy.opens_at = now() + SOON
    session.commit()
    assert "Not open yet" not in client.get(invited.link).get_data(as_text=True)


def test_the_public_door_says_its_day_and_takes_nobody_before(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    place = sittings.vacancy(
        session, people.organisation(session), opens_at=now() + SOON, languages=["en"], public_code_hash="x" * 64
    )
    code = derived_token(settings.secret_key, "vacancy", place.id)
    place.public_code_hash = token_hash(code)
    session.commit()
    assert "Not open yet" in client.get(f"/v/{code}").get_data(as_text=True)
    client.send(f"/v/{code}", {"name": "Ann", "email": "ann@example.org", "language": "en"})
    assert session.scalars(select(LinkRequest)).all() == []
    place.opens_at = None
    session.commit()
    client.send(f"/v/{code}", {"name": "Ann", "email": "ann@example.org", "language": "en"})
    session.commit()
    session.expire_all()
    assert len(session.scalars(select(LinkRequest)).all()) == 1


def test_the_link_lives_from_the_first_day_on_and_the_mail_names_it(
    session: Session, settings: Settings, app: object
) -> None:
    place = sittings.vacancy(session, people.organisation(session), opens_at=now() + SOON)
    invited = sittings.invited(session, place)
    link = make_link(session, place, invited.applicant, settings)
    assert place.opens_at is not None
    assert link.expires_at >= place.opens_at + dt.timedelta(days=29)
    to = addressee_of(session.get_one(Organisation, place.organisation_id), invited.applicant)
    with app.test_request_context():  # type: ignore[attr-defined]
        said = compose_invitation(Post(settings, to, link.id), place, link).get_body(("plain",))
        assert said is not None
        assert "before that the link tells you the day" in said.get_content()
        place.opens_at = now() - SOON
        later = compose_invitation(Post(settings, to, link.id), place, link).get_body(("plain",))
        assert later is not None
        assert "before that the link tells you the day" not in later.get_content()


def desk(session: Session, client: FlaskClient) -> Vacancy:
    owner = people.organisation(session)
    model = shortlists.model(session, shortlists.questionnaire(session, owner))
    vacancy = shortlists.vacancy(session, model, title="Žalia stotelė", languages=["en", "lt"], target=4)
    user = people.user(session, owner, "recruiter")
    session.commit()
    sign_in(client, user)
    return vacancy


def test_the_last_day_cannot_come_before_the_first(client: FlaskClient, session: Session) -> None:
    vacancy = desk(session, client)
    address = f"/vacancies/{vacancy.id}/edit"
    client.get(address)
    days = {"opens_on": "2027-05-03", "closes_on": "2027-05-02"}
    reply = client.send(address, {"title": "A", "languages": ["en"], "target": "1"} | days)
    assert "before the first" in reply.get_data(as_text=True)
    session.commit()
    session.expire_all()
    assert vacancy.opens_at is None
    client.send(address, {"title": "A", "languages": ["en"], "target": "1"} | days | {"closes_on": "2027-05-03"})
    session.commit()
    session.expire_all()
    assert (vacancy.opens_at, vacancy.title) == (dt.datetime(2027, 5, 3, tzinfo=dt.UTC), "A")


def test_one_like_another_says_the_same_but_for_its_days(client: FlaskClient, session: Session) -> None:
    vacancy = desk(session, client)
    vacancy.closes_at = now() + SOON
    session.commit()
    page = client.get(f"/vacancies/new?like={vacancy.id}").get_data(as_text=True)
    assert 'value="Žalia stotelė"' in page
    assert re.search(r'name="target"[^>]*value="4"', page) or re.search(r'value="4"[^>]*name="target"', page)
    assert len(re.findall(r'<input checked[^>]*name="languages"', page)) == 2
    assert f'value="{vacancy.closes_at.date()}"' not in page
    assert client.get("/vacancies/new?like=00000000-0000-0000-0000-000000000001").status_code == 404


def test_another_companys_vacancy_is_not_to_be_had_as_a_pattern(client: FlaskClient, session: Session) -> None:
    strange = shortlists.vacancy(
        session, shortlists.model(session, shortlists.questionnaire(session, people.organisation(session)))
    )
    desk(session, client)
    assert client.get(f"/vacancies/new?like={strange.id}").status_code == 404


def test_the_archive_keeps_everything_and_gives_it_back(client: FlaskClient, session: Session) -> None:
    vacancy = desk(session, client)
    address = f"/vacancies/{vacancy.id}"
    client.get(address)
    assert client.send(f"{address}/archive").status_code == 409, "an open one is closed first"
    client.send(f"{address}/close")
    session.commit()
    session.expire_all()
    closed_at = vacancy.closed_at
    client.send(f"{address}/archive")
    client.send(f"{address}/archive")
    session.commit()
    session.expire_all()
    assert (vacancy.state, vacancy.closed_at) == ("archived", closed_at), "retention counts from the same day"
    assert client.get(address).status_code == 200
    assert "Žalia" not in client.get("/vacancies?state=closed").get_data(as_text=True)
    assert "Žalia" in client.get("/vacancies?state=archived").get_data(as_text=True)
    client.send(f"{address}/take-out")
    session.commit()
    session.expire_all()
    assert vacancy.state == "closed"
    actions = session.scalars(select(Event.action).where(Event.subject == "vacancy").order_by(Event.at)).all()
    assert actions == ["vacancy.closed", "vacancy.archived", "vacancy.unarchived"]


def test_vacancies_are_found_by_a_part_of_title_or_unit(client: FlaskClient, session: Session) -> None:
    desk(session, client)
    assert "Žalia" in client.get("/vacancies?search=stotele").get_data(as_text=True)
    missed = client.get("/vacancies?search=zzz").get_data(as_text=True)
    assert "No vacancy is found" in missed
    assert "Žalia" not in missed
    assert "None of them is open" not in missed
