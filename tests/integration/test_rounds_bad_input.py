"""Rounds that overlap or are renamed; people who leave or share a name; tiny units."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import people, rounds
from tests.factories.rounds import days, rate_one
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.errors import DomainError, Invalid
from webapp.records import CollectedRating, RoundPair, RoundRater
from webapp.records.base import now
from webapp.services.rounds.close_round import close_round
from webapp.services.rounds.competence_texts import CompetenceText
from webapp.services.rounds.draft_round import make_draft
from webapp.services.rounds.own_competences import retire_competence, save_competence
from webapp.services.rounds.preview_round import preview_round
from webapp.services.rounds.read_for_training import read_for_training
from webapp.services.rounds.remind_raters import remind_raters
from webapp.services.rounds.save_rating import OwnRating, own_ratings, read_rater_link, save_ratings
from webapp.services.rounds.turnout import UnitTurnout, pool_small, read_turnout


@pytest.fixture
def house(session: Session) -> rounds.House:
    return rounds.house(session)


def test_two_rounds_of_a_kind_never_overlap(
    app: Flask, client: FlaskClient, session: Session, house: rounds.House
) -> None:
    rounds.draft(session, house, title="Spring", opens_on=days(3), closes_on=days(9))
    for first, last in ((0, 3), (9, 12), (4, 5), (0, 30)):
        with pytest.raises(Invalid, match="overlap with “Spring”"):
            make_draft(
                session,
                house.company.id,
                rounds.plan(opens_on=days(first), closes_on=days(last)),
                user_id=None,
            )
    rounds.draft(session, house, opens_on=days(10), closes_on=days(12))
    rounds.draft(session, house, kind="extra", opens_on=days(3), closes_on=days(9))
    sign_in(client, house.hr)
    client.get("/hr/rounds/new")
    form = {
        "title": "T",
        "kind": "regular",
        "opens_on": days(5),
        "closes_on": days(6),
        "competences": "needs",
    }
    refused = client.send("/hr/rounds/new", form | {"repeat_months": "0"})  # type: ignore[attr-defined]
    assert refused.status_code == 400
    assert "“Spring”, which runs from" in refused.get_data(as_text=True)


@SQLITE
def test_days_and_scales_that_cannot_be(app: Flask, session: Session, house: rounds.House) -> None:
    own = save_competence(
        session, house.company.id, None, CompetenceText("", {"en": "Own"}, {"en": "x"}, maximum=7), user_id=house.hr.id
    )
    faults = {
        "before the first": {"opens_on": days(3), "closes_on": days(2)},
        "over already": {"opens_on": days(-9), "closes_on": days(-1)},
        "at most": {"closes_on": days(200)},
        "at least one": {"competences": ()},
        "same scale": {"competences": ("needs", own.code)},
    }
    for words, values in faults.items():
        with pytest.raises(Invalid, match=words):
            make_draft(session, house.company.id, rounds.plan(**values), user_id=None)


@SQLITE
def test_a_rater_who_left_rates_and_is_rated_no_more_but_keeps_the_rights_until_closing(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    row = rounds.opened(session, house, settings)
    rate_one(session, settings, row, house)
    leaver = house.staff[1]
    rater = rounds.rater_of(session, row, leaver)
    home = rounds.walk_in(client, settings, rater)
    leaver.left_at = now()
    session.commit()
    assert "so you can rate no more" in client.get(rounds.link(settings, rater)).get_data(as_text=True)
    assert rounds.walk_in(client, settings, rater) == home
    page = client.get(home).get_data(as_text=True)
    assert "so you can rate no more" in page
    assert f"{home}/competence/1" not in page
    for path in ("competence/1", "colleague/1", "review"):
        assert client.get(f"{home}/{path}").status_code == 410
    assert client.send(f"{home}/competence/1").status_code == 410  # type: ignore[attr-defined]
    assert client.send(f"{home}/finish").status_code == 410  # type: ignore[attr-defined]
    kept = client.get(f"{home}/my-ratings.json").get_json()["ratings"]
    assert [each["rating"] for each in kept] == [4]
    other = rounds.rater_of(session, row, house.staff[2])
    page = client.get(rounds.walk_in(client, settings, other) + "/competence/1").get_data(as_text=True)
    assert leaver.name not in page
    assert house.staff[0].name in page
    session.rollback()
    assert read_turnout(session, row).raters == 12, "counted on: the difference would tell who has finished"
    session.rollback()
    close_round(session, house.company.id, row.id)
    assert len(read_for_training(session, house.company.id, "training")) == 1, "what was saved stays"
    session.commit()
    assert client.get(f"{home}/my-ratings.json").status_code == 410, "after closing nobody can tell whose it was"


@SQLITE
def test_a_rater_who_left_can_still_erase(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    row = rounds.opened(session, house, settings)
    rate_one(session, settings, row, house)
    home = rounds.walk_in(client, settings, rounds.rater_of(session, row, house.staff[1]))
    house.staff[1].left_at = now()
    session.commit()
    assert "One rating is deleted for good." in client.get(f"{home}/erase").get_data(as_text=True)
    assert client.send(f"{home}/erase").location == home  # type: ignore[attr-defined]
    assert client.get(f"{home}/my-ratings.json").get_json()["ratings"] == []


@SQLITE
def test_a_competence_renamed_while_a_round_runs(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    text = CompetenceText("", {"en": "Keeps time"}, {"en": "Is there when agreed."})
    owner, hr = house.company.id, house.hr.id
    own = save_competence(session, owner, None, text, user_id=hr)
    session.commit()
    row = rounds.opened(session, house, settings, competences=(own.code,))
    renamed = CompetenceText("", {"en": "Punctuality"}, {"en": "Comes on the minute."})
    save_competence(session, owner, own.id, renamed, user_id=hr)
    session.commit()
    home = rounds.walk_in(client, settings, rounds.rater_of(session, row, house.staff[1]))
    page = client.get(f"{home}/competence/1").get_data(as_text=True)
    assert "Keeps time" in page
    assert "Punctuality" not in page
    session.rollback()
    close_round(session, owner, row.id)
    following = rounds.opened(session, house, settings, competences=(own.code,))
    assert following.competences[0]["names"] == {"en": "Punctuality"}
    assert following.competences[0]["code"] == row.competences[0]["code"], "figures go on under the same code"
    later = rounds.draft(session, house, kind="extra", competences=(own.code,))
    retire_competence(session, owner, own.id, user_id=hr)
    assert not preview_round(session, owner, later.id).can_open


def test_a_unit_of_two_shows_nothing_of_its_own() -> None:
    def shown(*sizes: int) -> list[tuple[str, int]]:
        units = [UnitTurnout(f"U{number}", size, 1) for number, size in enumerate(sizes)]
        return [(unit.name, unit.raters) for unit in pool_small(units)]

    assert shown(5, 3) == [("U0", 5), ("U1", 3)]
    assert shown(5, 2, 1) == [("U0", 5), ("", 3)]
    assert shown(5, 4, 2) == [("U0", 5), ("", 6)], "else the total would give the two away"
    assert shown(5, 4, 2, 2) == [("U0", 5), ("U1", 4), ("", 4)]
    assert shown(2, 2) == [("", 4)]


@SQLITE
def test_a_round_of_two_people_shows_no_count(client: FlaskClient, session: Session, settings: Settings) -> None:
    house = rounds.house(session, (2,), customers=1)
    row = rounds.opened(session, house, settings)
    sign_in(client, house.hr)
    page = client.get(f"/hr/rounds/{row.id}").get_data(as_text=True)
    assert "no count is shown" in page
    assert not re.search(r"of 2 people have finished", page)


@SQLITE
def test_people_of_one_name_are_told_apart(client: FlaskClient, session: Session, settings: Settings) -> None:
    house = rounds.house(session, (4,), customers=3)
    for person in house.staff[:2]:
        person.name = "Ona Onaitė"
    session.commit()
    row = rounds.opened(session, house, settings)
    page = client.get(rounds.walk_in(client, settings, rounds.rater_of(session, row, house.staff[3])) + "/competence/1")
    text = page.get_data(as_text=True)
    assert text.count("<legend>Ona Onaitė<") == 2
    assert all(f"· {person.code}" in text for person in house.staff[:2])
    assert f"· {house.staff[2].code}" not in text


@SQLITE
def test_a_new_address_never_carries_a_used_link_along(
    session: Session, settings: Settings, house: rounds.House
) -> None:
    """Whoever may edit addresses could else have the link sent to their own, and read what was rated."""
    row = rounds.opened(session, house, settings)
    begun, fresh = (rounds.rater_of(session, row, person) for person in house.staff[1:3])
    begun.entered = True
    before = {each.id: (each.email, each.token_hash) for each in (begun, fresh)}
    for person in house.staff[1:3]:
        person.email = "nosy@example.org"
    session.commit()
    remind_raters(session, house.company.id, row.id, settings, user_id=house.hr.id)
    assert (begun.email, begun.token_hash) == before[begun.id]
    assert fresh.email == "nosy@example.org"
    assert fresh.token_hash != before[fresh.id][1], "the first link ends, so that its holder notices"


def test_what_a_rater_sends_wrongly(app: Flask, session: Session, settings: Settings, house: rounds.House) -> None:
    row = rounds.opened(session, house, settings)
    rater = rounds.rater_of(session, row, house.staff[1])
    asked, not_asked = house.staff[0].id, house.staff[2].id

    def save(*given: OwnRating) -> int:
        return save_ratings(session, house.company.id, rater.id, given, secret_key=settings.secret_key)

    wrong: list[tuple[Any, OwnRating]] = [
        ("NotFound", OwnRating(not_asked, "needs", 3)),
        ("NotFound", OwnRating(house.staff[1].id, "needs", 5)),
        ("NotFound", OwnRating(asked, "candour", 3)),
        ("Invalid", OwnRating(asked, "needs", 6)),
        ("Invalid", OwnRating(asked, "needs", 0)),
        ("Invalid", OwnRating(asked, "needs", 3, not_observed=True)),
    ]
    for kind, given in wrong:
        with pytest.raises(DomainError) as raised:
            save(OwnRating(asked, "ownership", 2), given)
        assert type(raised.value).__name__ == kind
    assert session.scalar(select(func.count()).select_from(CollectedRating)) == 0, "all or none"
    assert save(OwnRating(asked, "needs", 3), OwnRating(asked, "ownership", not_observed=True)) == 2
    assert save(OwnRating(asked, "needs", 5)) == 2
    link = read_rater_link(session, house.company.id, rater.id)
    assert own_ratings(session, link, secret_key=settings.secret_key)[asked, "needs"].value == 5
    assert save(OwnRating(asked, "needs")) == 1, "taken back"


def test_no_link_for_whom_nobody_can_write_to(session: Session, settings: Settings, house: rounds.House) -> None:
    house.staff[0].email = ""
    stranger = people.staff_member(session, house.company, name="New", email="new@example.org")
    session.commit()
    row = rounds.draft(session, house)
    preview = preview_round(session, house.company.id, row.id)
    assert [each.code for each in preview.unreachable.shown] == [house.staff[0].code]
    assert preview.raters == 11
    assert (preview.least, preview.most) == (4, 4)
    opened = rounds.opened(session, house, settings, kind="extra")
    asked = set(session.scalars(select(RoundRater.staff_member_id).where(RoundRater.round_id == opened.id)))
    assert stranger.id not in asked
    assert house.staff[0].id not in asked
    assert session.scalar(select(func.count()).select_from(RoundPair)) == preview.pairs
