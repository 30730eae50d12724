"""The pages of the ranked list: what they say, how one pages, one applicant."""

from __future__ import annotations

import re
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import shortlists
from tests.factories.desk import Desk, ours, page_of, read, signed_in, words
from webapp.records import TieCuts
from webapp.security import veiled
from webapp.services.shortlist.read_page import Here


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database the tests of the list ask of PostgreSQL too."""
    return sqlite_url


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> Desk:
    return signed_in(client, session)


def test_the_list_says_what_it_can_do_and_on_what_it_rests(desk: Desk) -> None:
    vacancy = ours(desk, target=3)
    for n in range(10):
        shortlists.scored(desk[1], vacancy, 2 + n / 5)
    page = words(read(desk, vacancy))
    assert "calibrated on 412 rated staff, cross-validated" in page
    assert "If you hire the top 3 of 10 , expect 2 of 3" in page.replace(" of 10,", " of 10 ,")
    assert "Hiring at random, expect about 1" in page
    assert "cannot be told apart" in page
    assert "Places 1 to 10 of 10" in page


def test_a_list_by_the_key_shows_no_probability(desk: Desk) -> None:
    vacancy = ours(desk, by_key=True)
    shortlists.scored(desk[1], vacancy, 0.71)
    raw = read(desk, vacancy)
    page = words(raw)
    assert "by the key, no local evidence yet" in page
    assert "no probabilities" in page
    assert "71" in page
    assert "Of ten like this" not in page
    assert 'class="dot"' not in raw


def test_opening_the_list_settles_its_groups_once(desk: Desk) -> None:
    vacancy = ours(desk)
    shortlists.scored(desk[1], vacancy, 3.0)
    read(desk, vacancy)
    first = desk[1].scalars(select(TieCuts)).one()
    desk[1].commit()
    read(desk, vacancy)
    assert desk[1].scalars(select(TieCuts.id)).all() == [first.id]


def test_who_has_no_score_stands_apart_and_without_a_place(desk: Desk) -> None:
    vacancy = ours(desk)
    shortlists.scored(desk[1], vacancy, 3.0, name="Has A Score")
    half = shortlists.scored(desk[1], vacancy, None, name="Half Done")
    assert "Half Done" not in read(desk, vacancy)
    page = desk[0].get(f"/vacancies/{vacancy.id}/unranked?stage=unscored").get_data(as_text=True)
    assert "Half Done" in page
    assert "Has A Score" not in page
    one = desk[0].get(page_of(half)).get_data(as_text=True)
    assert "No score: under 80 % was answered" in one
    assert "Place " not in words(one)


def test_who_is_withdrawn_leaves_the_list_and_the_counts(desk: Desk) -> None:
    vacancy = ours(desk)
    shortlists.scored(desk[1], vacancy, 4.0, name="Gone Away", state="withdrawn")
    shortlists.scored(desk[1], vacancy, 3.0, name="Still Here")
    page = read(desk, vacancy)
    assert "Gone Away" not in page
    assert "Places 1 to 1 of 1" in words(page)
    assert "Gone Away" in desk[0].get(f"/vacancies/{vacancy.id}/unranked?stage=withdrawn").get_data(as_text=True)


def test_pages_lead_on_and_back(desk: Desk) -> None:
    vacancy = ours(desk)
    for n in range(53):
        shortlists.scored(desk[1], vacancy, 1 + n / 20)
    first = read(desk, vacancy)
    assert "Places 1 to 50 of 53" in words(first)
    onwards = re.search(r'href="([^"]+)" rel="next"', first)
    assert onwards
    second = desk[0].get(onwards.group(1).replace("&amp;", "&")).get_data(as_text=True)
    assert "Places 51 to 53 of 53" in words(second)
    back = re.search(r'href="([^"]+)" rel="prev"', second)
    assert back
    assert "Places 1 to 50 of 53" in words(desk[0].get(back.group(1).replace("&amp;", "&")).get_data(as_text=True))


def test_an_address_from_before_a_rescoring_begins_at_the_top_and_says_so(desk: Desk) -> None:
    vacancy = ours(desk)
    shortlists.scored(desk[1], vacancy, 3.0, name="Only One")
    old = Here(vacancy.model_version.number + 5, 1, 1, True, 2.0, uuid.uuid4())
    page = read(desk, vacancy, **{"from": veiled("test-secret", "list", str(old))})
    assert "Only One" in page
    assert "scored again meanwhile" in page


@pytest.mark.parametrize(
    "cursor", ["x", "~~~", "1~after~nan~", "1~sideways~0x1p0~00", "9" * 5000, "1~after~0x1p99999~0"]
)
def test_a_damaged_address_begins_at_the_top(desk: Desk, cursor: str) -> None:
    vacancy = ours(desk)
    shortlists.scored(desk[1], vacancy, 3.0, name="Only One")
    assert "Only One" in read(desk, vacancy, **{"from": cursor})


def test_a_list_by_the_key_waits_for_no_model_that_is_there_already(desk: Desk) -> None:
    vacancy = ours(desk, by_key=True)
    assert "When 50 of your staff" in words(read(desk, vacancy))
    vacancy.model_version.state = "retired"
    shortlists.model(desk[1], vacancy.questionnaire)
    page = words(read(desk, vacancy))
    assert "When 50 of your staff" not in page
    assert "HR decides whether this one moves to it" in page


def test_a_search_that_finds_nobody_says_so(desk: Desk) -> None:
    vacancy = ours(desk)
    shortlists.scored(desk[1], vacancy, 3.0)
    assert "Nobody ranked is found" in read(desk, vacancy, search="<b>nobody</b>")


def test_an_empty_list_says_what_comes_next(desk: Desk) -> None:
    vacancy = ours(desk)
    assert "Nobody is ranked yet" in read(desk, vacancy)


def test_a_list_stays_on_its_model_and_says_that_there_is_a_newer_one(desk: Desk) -> None:
    vacancy = ours(desk)
    old = vacancy.model_version
    old.state = "retired"
    newer = shortlists.model(desk[1], vacancy.questionnaire)
    page = words(read(desk, vacancy))
    assert f"HR has promoted model {newer.number}" in page
    assert f"stays on model {old.number}" in page


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "\u202eevil", "Ž" * 200, "שלום", "'; drop table applicant; --", "=1+1"]
)
def test_any_name_is_only_a_name(desk: Desk, name: str) -> None:
    vacancy = ours(desk)
    person = shortlists.scored(desk[1], vacancy, 3.0, name=name)
    page = read(desk, vacancy)
    assert "<script>alert" not in page
    assert page_of(person) in page
    assert desk[0].get(page_of(person)).status_code == 200


def test_how_we_know_is_told_in_words(desk: Desk) -> None:
    vacancy = ours(desk, target=1)
    for score in (2.0, 3.0, 4.0):
        shortlists.scored(desk[1], vacancy, score)
    desk[1].commit()
    page = words(desk[0].get(f"/vacancies/{vacancy.id}/evidence").get_data(as_text=True))
    assert "412 of your staff" in page
    assert "For this vacancy: 1 of 3 people" in page
    key = ours(desk, by_key=True)
    desk[1].commit()
    assert "We do not know yet" in desk[0].get(f"/vacancies/{key.id}/evidence").get_data(as_text=True)


def test_one_applicant_is_told_in_words_without_the_key(desk: Desk) -> None:
    vacancy = ours(desk)
    person = shortlists.scored(desk[1], vacancy, 3.0)
    shortlists.scored(desk[1], vacancy, 2.95)
    shortlists.scored(desk[1], vacancy, 4.5)
    desk[1].commit()
    page = words(desk[0].get(page_of(person)).get_data(as_text=True))
    assert "Places 2 to 3 of 3, in a group of 2 people who cannot be told apart." in page
    assert "Of ten people with such a result, about 6 were rated in the top third" in page
    assert "Expected rating: 3.0. Nine of ten people with such a result are rated between 2.1 and 3.9." in page
    assert "0.5" not in page, "the key total is not shown beside a calibrated result"
