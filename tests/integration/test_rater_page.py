"""The rater's page: who may open it, what it says, how it saves with and without a script, and the rater's rights."""

from __future__ import annotations

import re
import uuid

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import rounds
from tests.site import PageClient
from webapp.config import Settings
from webapp.records import CollectedRating, RatingRound, RoundRater, ServiceLink
from webapp.services.rounds.competence_texts import CompetenceText
from webapp.services.rounds.own_competences import save_competence
from webapp.services.rounds.rater_key import rater_key

LIBRARY = ("needs", "candour", "ownership", "recovery", "composure", "internal", "balance", "constancy")


@pytest.fixture
def house(session: Session) -> rounds.House:
    return rounds.house(session, (4,), customers=3)


@pytest.fixture
def row(session: Session, settings: Settings, house: rounds.House) -> RatingRound:
    return rounds.opened(session, house, settings)


@pytest.fixture
def home(client: PageClient, session: Session, settings: Settings, house: rounds.House, row: RatingRound) -> str:
    """The address of the last person's page, opened by its link."""
    return rounds.walk_in(client, settings, rounds.rater_of(session, row, house.staff[3]))


def saved(session: Session) -> list[tuple[str, int | None, bool]]:
    session.rollback()
    rows = session.scalars(select(CollectedRating).order_by(CollectedRating.competence)).all()
    found = [(each.competence, each.value, each.not_observed) for each in rows]
    session.rollback()
    return found


def name_of(house: rounds.House, index: int, competence: str = "needs") -> str:
    return f"{house.staff[index].id}:{competence}"


@SQLITE
def test_only_the_browser_with_the_link_may_look(
    app: Flask, client: PageClient, session: Session, home: str, house: rounds.House
) -> None:
    stranger = PageClient(app, app.response_class)
    for path in ("", "/competence/1", "/colleague/1", "/review", "/my-ratings.json", "/erase", "/who-sees-what"):
        assert stranger.get(home + path).status_code == 404, path
        assert client.get(home + path).status_code == 200, path
    assert client.get(f"{home}/competence/4").status_code == 404
    assert client.get(f"{home}/colleague/0").status_code == 404
    assert client.get(f"/r/{'x' * 43}").status_code == 404
    client.get(home)
    assert client.send(f"{home}/leave").status_code == 200
    assert client.get(home).status_code == 404


@SQLITE
def test_looking_at_the_link_stores_nothing(
    client: PageClient, session: Session, settings: Settings, house: rounds.House, row: RatingRound
) -> None:
    rater = rounds.rater_of(session, row, house.staff[0])
    client.get(rounds.link(settings, rater))
    page = client.get(rounds.link(settings, rater) + "?language=lt")
    assert 'lang="lt"' in page.get_data(as_text=True)
    session.rollback()
    assert session.scalars(select(RoundRater.entered).where(RoundRater.id == rater.id)).one() is False


@SQLITE
def test_nothing_is_chosen_beforehand_and_could_not_observe_is_a_choice(client: PageClient, home: str) -> None:
    for path in ("competence/1", "colleague/1"):
        page = client.get(f"{home}/{path}").get_data(as_text=True)
        assert not re.search(r"<input[^>]*type=\"radio\"[^>]* checked", page)
        assert page.count('value="not_observed"') == 3
        assert "Starts without questions" in page, "the anchors stand on the page"
        assert "Asks what the result is for" in page, "and the indicators"


def test_the_plain_form_saves_what_was_changed_and_nothing_else(
    client: PageClient, session: Session, home: str, house: rounds.House
) -> None:
    first, second, third = (name_of(house, index) for index in range(3))
    client.get(f"{home}/competence/1")
    onward = client.send(f"{home}/competence/1", {f"rate:{first}": "5", f"rate:{second}": "not_observed"})
    assert onward.location.endswith("/competence/2")
    assert sorted(saved(session), key=str) == [("needs", 5, False), ("needs", None, True)]
    # Another tab was ahead: what stands as this page showed it is not sent over it.
    stale = {f"rate:{first}": "2", f"was:{first}": "2", f"rate:{third}": "1", f"was:{third}": ""}
    client.send(f"{home}/competence/1", stale)
    assert {each[1] for each in saved(session)} == {5, None, 1}
    back = client.send(f"{home}/competence/1", {f"rate:{first}": "5", f"was:{first}": "5", "clear": first})
    assert back.location.endswith("/competence/1?part=1")
    assert {each[1] for each in saved(session)} == {None, 1}


@SQLITE
def test_the_script_saves_one_rating_at_a_time(
    client: PageClient, session: Session, home: str, house: rounds.House
) -> None:
    client.get(home)
    client.send(home + "/language", {"language": "en"})
    headers = {"X-CSRFToken": client.token}

    def send(name: str, value: str) -> tuple[int, dict[str, object]]:
        reply = client.post(f"{home}/save", json={"name": name, "value": value}, headers=headers)
        return reply.status_code, reply.get_json()

    assert send(name_of(house, 0), "4") == (200, {"saved": True, "done": 1, "total": 9})
    assert send(name_of(house, 0), "3") == (200, {"saved": True, "done": 1, "total": 9})
    assert send(name_of(house, 1), "not_observed")[1]["done"] == 2
    assert send(name_of(house, 1), "")[1]["done"] == 1
    for name, value in ((name_of(house, 0), "9"), (name_of(house, 0), "x"), ("x", "1"), (name_of(house, 3), "1")):
        status, reply = send(name, value)
        assert status in (400, 404), (name, value)
        assert reply["saved"] is False
        assert reply["message"]
    assert client.post(f"{home}/save", data="[]", content_type="application/json", headers=headers).status_code == 400
    assert client.post(f"{home}/save", json={"name": name_of(house, 0), "value": "1"}).status_code == 400, "no token"
    assert saved(session) == [("needs", 3, False)]


@SQLITE
def test_each_page_speaks_the_chosen_language(client: PageClient, session: Session, home: str) -> None:
    words = {"en": "Spotting needs", "lt": "Poreikių atpažinimas", "ru": "Понимание потребностей"}
    for language, name in words.items():
        client.get(home)
        moved = client.send(f"{home}/language?next={home}/competence/1", {"language": language})
        assert moved.location == f"{home}/competence/1"
        page = client.get(moved.location).get_data(as_text=True)
        assert f"<h1>{name}</h1>" in page
        assert f'lang="{language}"' in page
    elsewhere = client.send(f"{home}/language?next=//example.org/", {"language": "en"})
    assert elsewhere.location == home


@SQLITE
def test_a_round_in_two_languages_offers_two(
    client: PageClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    text = CompetenceText("", {"en": "Keeps time", "lt": "Laikosi laiko"}, {"en": "On time.", "lt": "Laiku."})
    own = save_competence(session, house.company.id, None, text, user_id=house.hr.id)
    session.commit()
    extra = rounds.opened(session, house, settings, kind="extra", competences=("needs", own.code))
    assert extra.languages == ["en", "lt"]
    home = rounds.walk_in(client, settings, rounds.rater_of(session, extra, house.staff[3]))
    page = client.get(f"{home}/competence/2").get_data(as_text=True)
    assert 'value="lt"' in page
    assert 'value="ru"' not in page, "nobody chooses a language in which something is not written"


def test_a_rater_takes_ratings_along_and_erases_them(
    client: PageClient, session: Session, settings: Settings, home: str, house: rounds.House, row: RatingRound
) -> None:
    client.get(f"{home}/colleague/1")
    client.send(
        f"{home}/colleague/1", {f"rate:{name_of(house, 0)}": "2", f"rate:{name_of(house, 0, 'ownership')}": "5"}
    )
    session.rollback()
    key = rater_key(session.get_one(RatingRound, (row.organisation_id, row.id)), settings.secret_key, house.staff[3].id)
    session.add(
        CollectedRating(
            organisation_id=row.organisation_id,
            id=uuid.uuid4(),
            round_id=row.id,
            performer_id=house.staff[0].id,
            rater_key=key[::-1],
            competence="needs",
            value=1,
            saved_on=row.opens_at.date(),
        )
    )
    session.commit()
    file = client.get(f"{home}/my-ratings.json")
    assert [each["rating"] for each in file.get_json()["ratings"]] == [2, 5], "one's own, and nobody else's"
    client.get(f"{home}/erase")
    assert client.send(f"{home}/erase").location == home
    assert saved(session) == [("needs", 1, False)], "another rater's stays"
    assert "0 of 9 ratings saved" in client.get(home).get_data(as_text=True)


@SQLITE
def test_finishing_stops_reminders_and_nothing_else(
    client: PageClient, session: Session, home: str, house: rounds.House
) -> None:
    assert client.get(f"{home}/done").location == home
    client.get(f"{home}/review")
    client.send(f"{home}/finish")
    assert "Thank you" in client.get(f"{home}/done").get_data(as_text=True)
    client.get(f"{home}/competence/1")
    client.send(f"{home}/competence/1", {f"rate:{name_of(house, 0)}": "4"})
    assert saved(session) == [("needs", 4, False)]
    session.rollback()
    assert session.scalar(select(func.count()).select_from(RoundRater).where(RoundRater.finished)) == 1


@SQLITE
def test_sixty_colleagues_and_eight_competences_come_in_parts(
    client: PageClient, session: Session, settings: Settings
) -> None:
    house = rounds.house(session, (61,), customers=60)
    row = rounds.opened(session, house, settings, competences=LIBRARY)
    home = rounds.walk_in(client, settings, rounds.rater_of(session, row, house.staff[60]))
    assert "0 of 480 ratings saved" in client.get(f"{home}?by=colleague").get_data(as_text=True)
    page = client.get(f"{home}/competence/8?part=5").get_data(as_text=True)
    assert page.count("<legend>") == 12
    for part, onward in ((1, "/competence/8?part=2"), (5, "/review")):
        client.get(f"{home}/competence/8?part={part}")
        assert client.send(f"{home}/competence/8?part={part}").location.endswith(onward)


@SQLITE
def test_the_rows_tell_no_rater(session: Session, settings: Settings, house: rounds.House, row: RatingRound) -> None:
    """The same person has one key in a round and another in the next; without the site's secret there is none."""
    first = rater_key(row, settings.secret_key, house.staff[0].id)
    assert first == rater_key(row, settings.secret_key, house.staff[0].id)
    # A round beside it asks other pairs: two new colleagues serve one another.
    session.execute(delete(ServiceLink))
    new = [rounds.member(session, house.company, number) for number in (60, 61)]
    rounds.serves(session, new[0], new[1])
    extra = rounds.opened(session, house, settings, kind="extra")
    others = {rater_key(extra, settings.secret_key, house.staff[0].id), rater_key(row, "other", house.staff[0].id)}
    others |= {rater_key(row, settings.secret_key, house.staff[1].id)}
    assert first not in others
    assert len(others) == 3
    columns = set(CollectedRating.__table__.columns.keys())
    assert columns.isdisjoint({"rater_id", "round_rater_id", "created_at", "saved_at"})
