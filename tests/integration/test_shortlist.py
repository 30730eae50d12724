"""The ranked list: order, places, groups, pages, search, what is not ranked, one applicant, the export."""

from __future__ import annotations

import csv
import io
import re
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from scoring.ranking import rank_people
from tests.factories import people, shortlists
from tests.factories.signing import sign_in
from webapp.records import Event, Organisation, Score, TieCuts, User, Vacancy
from webapp.services.export_shortlist import COLUMNS
from webapp.services.read_shortlist import Cursor, Listed, everybody_ranked, ranked_page
from webapp.services.read_vacancy import get_vacancy
from webapp.services.tie_groups import Ties, read_ties, settle_ties

SCORES = [3.05, 4.0, 3.9, 3.0, 3.85, 3.0, 1.2, 3.7, 2.9]


def fill(session: Session, scores: list[float], **values: Any) -> Vacancy:
    vacancy = shortlists.vacancy(session, **values)
    for score in scores:
        shortlists.scored(session, vacancy, score)
    session.commit()
    return get_vacancy(session, vacancy.organisation_id, vacancy.id)


def settled(session: Session, vacancy: Vacancy) -> Ties:
    ties = settle_ties(session, vacancy.organisation_id, vacancy.id)
    session.commit()
    return ties


def walk(session: Session, vacancy: Vacancy, size: int, ties: Ties | None = None) -> list[list[Listed]]:
    """Every page from the first to the last."""
    pages, cursor = [], None
    while True:
        page = ranked_page(session, vacancy, ties or read_ties(session, vacancy), cursor=cursor, size=size)
        pages.append(list(page.people))
        cursor = page.after
        if cursor is None:
            return pages


def test_places_and_groups_are_those_of_the_definition(session: Session) -> None:
    vacancy = fill(session, SCORES)
    listed = walk(session, vacancy, 50)[0]
    assert [each.score for each in listed] == sorted(SCORES, reverse=True)
    expected = rank_people([each.score for each in listed], vacancy.model_version.sed)
    assert [(each.place, each.group) for each in listed] == [(each.rank, each.tie_group) for each in expected]
    assert [each.place for each in listed] == [1, 2, 3, 4, 5, 6, 6, 8, 9]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 9])
def test_pages_of_any_size_hold_everybody_once_with_the_same_places(session: Session, size: int) -> None:
    vacancy = fill(session, SCORES)
    whole = walk(session, vacancy, 50)[0]
    paged = [each for page in walk(session, vacancy, size) for each in page]
    assert [(each.applicant_id, each.place, each.group) for each in paged] == [
        (each.applicant_id, each.place, each.group) for each in whole
    ]
    assert [(each.applicant_id, each.place) for each in everybody_ranked(session, vacancy, Ties(), size)] == [
        (each.applicant_id, each.place) for each in whole
    ]


def test_going_back_leads_over_the_same_people(session: Session) -> None:
    vacancy = fill(session, SCORES)
    ties = read_ties(session, vacancy)
    first = ranked_page(session, vacancy, ties, size=4)
    second = ranked_page(session, vacancy, ties, cursor=first.after, size=4)
    assert second.before
    back = ranked_page(session, vacancy, ties, cursor=second.before, size=4)
    assert back.people == first.people
    assert (first.before, back.before) == (None, None)


def test_somebody_who_arrives_while_one_pages_moves_nobody_twice(session: Session) -> None:
    vacancy = fill(session, SCORES)
    ties = read_ties(session, vacancy)
    first = ranked_page(session, vacancy, ties, size=4)
    shortlists.scored(session, vacancy, 5.0)
    shortlists.scored(session, vacancy, 2.95)
    session.commit()
    second = ranked_page(session, vacancy, ties, cursor=first.after, size=20)
    seen = [each.applicant_id for each in (*first.people, *second.people)]
    assert len(seen) == len(set(seen)) == 10
    assert second.people[0].place == 6


def test_a_group_names_the_places_of_all_its_members(session: Session) -> None:
    vacancy = fill(session, SCORES)
    page = ranked_page(session, vacancy, read_ties(session, vacancy), size=2)
    assert [(group.number, group.first, group.last) for group in page.groups.values()] == [(1, 1, 3)]


def company(listed: list[Listed]) -> set[frozenset[uuid.UUID]]:
    """Who stands together with whom."""
    groups: dict[int | None, set[uuid.UUID]] = {}
    for each in listed:
        groups.setdefault(each.group, set()).add(each.applicant_id)
    return {frozenset(members) for members in groups.values()}


def test_groups_stand_and_arrivals_join_the_group_of_their_score(session: Session) -> None:
    vacancy = fill(session, SCORES)
    ties = settled(session, vacancy)
    before = {each.applicant_id: each for each in walk(session, vacancy, 50)[0]}
    for score in (3.95, 2.95, 2.55, 2.0, 0.5):
        shortlists.scored(session, vacancy, score)
    session.commit()
    later = walk(session, vacancy, 50)[0]
    assert set(ties.cuts) < set(read_ties(session, vacancy).cuts)
    assert company(list(before.values())) == company([each for each in later if each.applicant_id in before])
    by_score = {each.score: each.group for each in later}
    assert by_score[3.95] == by_score[4.0]
    assert by_score[2.95] == by_score[3.05]
    assert by_score[2.55] not in (by_score[2.9], by_score[2.0])


def test_somebody_far_above_opens_a_group_of_their_own(session: Session) -> None:
    vacancy = fill(session, SCORES)
    settled(session, vacancy)
    before = {each.score: each.group for each in walk(session, vacancy, 50)[0]}
    for score in (4.1, 4.5, 4.9):
        shortlists.scored(session, vacancy, score)
    session.commit()
    ties = settled(session, vacancy)
    after = {each.score: each.group for each in walk(session, vacancy, 50, ties)[0]}
    moved = {after[score] - group for score, group in before.items() if group and after[score]}
    assert moved == {3}, "the standing groups only count on"
    assert [after[score] for score in (4.9, 4.5, 4.1, 4.0)] == [1, 2, 3, 4]
    assert list(ties.cuts) == sorted(ties.cuts, reverse=True)


def test_no_group_is_wider_than_one_standard_error_of_a_difference(session: Session) -> None:
    vacancy = fill(session, SCORES)
    settled(session, vacancy)
    for score in (4.15, 4.33, 2.55, 2.3, 0.1):
        shortlists.scored(session, vacancy, score)
    session.commit()
    by_group: dict[int, list[float]] = {}
    for each in walk(session, vacancy, 50, settled(session, vacancy))[0]:
        assert each.group
        by_group.setdefault(each.group, []).append(each.score)
    assert max(max(scores) - min(scores) for scores in by_group.values()) <= vacancy.model_version.sed + 1e-9


def test_without_a_known_error_nobody_is_grouped(session: Session) -> None:
    owner = people.organisation(session)
    model = shortlists.model(session, shortlists.questionnaire(session, owner), sed=None)
    vacancy = shortlists.vacancy(session, model)
    shortlists.scored(session, vacancy, 3.0)
    session.commit()
    (person,) = walk(session, get_vacancy(session, owner.id, vacancy.id), 50)[0]
    assert (person.place, person.group) == (1, None)


def test_only_the_model_of_the_vacancy_ranks(session: Session) -> None:
    vacancy = fill(session, [3.0])
    other = shortlists.model(session, vacancy.questionnaire)
    row = session.scalars(select(Score)).one()
    session.add(
        Score(
            organisation_id=row.organisation_id,
            sitting_id=row.sitting_id,
            vacancy_id=row.vacancy_id,
            applicant_id=row.applicant_id,
            model_version_id=other.id,
            score=9.0,
            flags=[],
            answers_hash="",
            scoring_identity="",
            texts_identity="",
        )
    )
    session.commit()
    assert [each.score for each in walk(session, vacancy, 50)[0]] == [3.0]


def test_a_name_is_found_by_the_beginning_of_any_word_without_its_marks(session: Session) -> None:
    vacancy = fill(session, [4.0])
    for name, email in (
        ("Živilė Žukauskaitė", "zz@example.org"),
        ("Мария Иванова", "maria@example.org"),
        ("100% _Percent", "percent@example.org"),
    ):
        shortlists.scored(session, vacancy, 3.0, name=name, email=email)
    session.commit()
    ties = read_ties(session, vacancy)

    def found(search: str) -> list[str]:
        return [each.email for each in ranked_page(session, vacancy, ties, search=search).people]

    assert found("zivil") == found("ŽUK") == found("ZZ@") == ["zz@example.org"]
    assert found("иван") == found("МАРИЯ ") == ["maria@example.org"]
    assert found("100%") == ["percent@example.org"]
    assert found("%") == []
    assert found("ukausk") == []
    assert [each.place for each in ranked_page(session, vacancy, ties, search="zivil").people] == [2]


# --- the pages


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> tuple[FlaskClient, Session, User]:
    owner = people.organisation(session)
    user = people.user(session, owner, "recruiter")
    session.commit()
    sign_in(client, user)
    return client, session, user


Desk = tuple[FlaskClient, Session, User]


def ours(desk: Desk, *, by_key: bool = False, **values: Any) -> Vacancy:
    _client, session, user = desk
    owner = session.get_one(Organisation, user.organisation_id)
    asked = shortlists.questionnaire(session, owner)
    make = shortlists.key_only if by_key else shortlists.model
    return shortlists.vacancy(session, make(session, asked), **values)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def read(desk: Desk, vacancy: Vacancy, **query: str) -> str:
    desk[1].commit()
    reply = desk[0].get(f"/vacancies/{vacancy.id}", query_string=query)
    assert reply.status_code == 200
    page: str = reply.get_data(as_text=True)
    return page


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
    one = desk[0].get(f"/applicants/{half.id}").get_data(as_text=True)
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
    old = Cursor(vacancy.model_version.number + 5, True, 2.0, uuid.uuid4())
    page = read(desk, vacancy, **{"from": str(old)})
    assert "Only One" in page
    assert "scored again meanwhile" in page


@pytest.mark.parametrize(
    "cursor", ["x", "~~~", "1~after~nan~", "1~sideways~0x1p0~00", "9" * 5000, "1~after~0x1p99999~0"]
)
def test_a_damaged_address_begins_at_the_top(desk: Desk, cursor: str) -> None:
    vacancy = ours(desk)
    shortlists.scored(desk[1], vacancy, 3.0, name="Only One")
    assert "Only One" in read(desk, vacancy, **{"from": cursor})


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
    assert f"/applicants/{person.id}" in page
    assert desk[0].get(f"/applicants/{person.id}").status_code == 200


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
    page = words(desk[0].get(f"/applicants/{person.id}").get_data(as_text=True))
    assert "Place 2, in a group of 2 people (places 2 to 3) who cannot be told apart." in page
    assert "Of ten people with such a result, about 6 were rated in the top third" in page
    assert "Expected rating: 3.0. Nine of ten people with such a result are rated between 2.1 and 3.9." in page
    assert "0.5" not in page, "the key total is not shown beside a calibrated result"


# --- the export


def rows_of(desk: Desk, vacancy: Vacancy) -> list[dict[str, str]]:
    desk[1].commit()
    reply = desk[0].get(f"/vacancies/{vacancy.id}/export.csv", buffered=True)
    assert reply.status_code == 200
    assert reply.mimetype == "text/csv"
    assert reply.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"), newline="")))


def test_the_export_holds_the_list(desk: Desk) -> None:
    vacancy = ours(desk, title="Aptarnavimas: Žirmūnai / №1")
    for score, name in ((3.0, "Second"), (None, "Nobody knows"), (4.0, "First"), (3.0, "Second too")):
        shortlists.scored(desk[1], vacancy, score, name=name)
    rows = rows_of(desk, vacancy)
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["name"], rows[0]["place"]) == ("First", "1")
    assert sorted(row["place"] for row in rows) == ["", "1", "2", "2"]
    assert rows[0]["tie_group"] == "1"
    assert float(rows[0]["p_top_third"]) == pytest.approx(0.8)
    assert (rows[-1]["name"], rows[-1]["flags"], rows[-1]["p_top_third"]) == ("Nobody knows", "incomplete", "")
    assert rows[0]["model"].startswith(f"model {vacancy.model_version.number} ")
    event = desk[1].scalars(select(Event).where(Event.action == "shortlist.exported")).one()
    assert event.detail == {"model": vacancy.model_version.number, "people": 4}


def test_the_file_name_is_plain(desk: Desk) -> None:
    vacancy = ours(desk, title='../..\\"evil"\r\nX: y Žirmūnai')
    desk[1].commit()
    header = desk[0].get(f"/vacancies/{vacancy.id}/export.csv", buffered=True).headers["Content-Disposition"]
    assert header.startswith("attachment; filename")
    for sign in ("\r", "\n", "..", "/", "\\"):
        assert sign not in header


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "'=1", '"=1', "＝1+1", "\r=1", "−1"])
def test_no_name_becomes_a_formula(desk: Desk, name: str) -> None:
    vacancy = ours(desk)
    shortlists.scored(desk[1], vacancy, 3.0, name=name)
    (row,) = rows_of(desk, vacancy)
    assert row["name"].startswith("'")


def test_a_simulated_list_says_so_in_the_file(desk: Desk) -> None:
    client, session, user = desk
    session.get_one(Organisation, user.organisation_id).simulated = True
    vacancy = ours(desk)
    shortlists.scored(session, vacancy, 3.0)
    (row,) = rows_of(desk, vacancy)
    assert "simulated company" in row["model"]
    header = client.get(f"/vacancies/{vacancy.id}/export.csv", buffered=True).headers["Content-Disposition"]
    assert "simulated-" in header


def test_a_long_export_reads_in_chunks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.services.export_shortlist.CHUNK", 3)
    vacancy = ours(desk)
    for n in range(10):
        shortlists.scored(desk[1], vacancy, 3 + (n // 2) / 10)
    rows = rows_of(desk, vacancy)
    assert [row["place"] for row in rows] == ["1", "1", "3", "3", "5", "5", "7", "7", "9", "9"]
