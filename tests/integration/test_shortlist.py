"""The ranked list: order, places, groups, search, what is not ranked."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scoring.ranking import rank_people
from tests.databases import SQLITE
from tests.factories import people, shortlists
from webapp.records import Score, Vacancy
from webapp.services.read_vacancy import get_vacancy
from webapp.services.shortlist.bring_up import bring_up, is_behind
from webapp.services.shortlist.on_list import find_state
from webapp.services.shortlist.open_list import ListPage, Row, open_list
from webapp.services.shortlist.read_page import Asked, Here
from webapp.services.shortlist.ties import Ties, ties_of

pytestmark = SQLITE
SCORES = [3.05, 4.0, 3.9, 3.0, 3.85, 3.0, 1.2, 3.7, 2.9]


def fill(session: Session, scores: list[float], **values: Any) -> Vacancy:
    vacancy = shortlists.vacancy(session, **values)
    for score in scores:
        shortlists.scored(session, vacancy, score)
    return get_vacancy(session, vacancy.organisation_id, vacancy.id)


def settled(session: Session, vacancy: Vacancy) -> Ties:
    """The borders when the list has been opened."""
    if is_behind(session, vacancy):
        bring_up(session, vacancy.organisation_id, vacancy.id)
    state = find_state(session, vacancy)
    assert state
    return ties_of(session, state)


def opened(session: Session, vacancy: Vacancy, size: int = 50, **asked: Any) -> ListPage:
    settled(session, vacancy)
    return open_list(session, vacancy, size=size, **asked)


def walk(session: Session, vacancy: Vacancy, size: int) -> list[list[Row]]:
    """Every page from the first to the last."""
    pages: list[list[Row]] = []
    here: Here | None = None
    while True:
        page = opened(session, vacancy, size, here=here)
        pages.append(list(page.rows))
        here = page.after
        if here is None:
            return pages


def test_places_and_groups_are_those_of_the_definition(session: Session) -> None:
    vacancy = fill(session, SCORES)
    listed = walk(session, vacancy, 50)[0]
    assert [each.score for each in listed] == sorted(SCORES, reverse=True)
    expected = rank_people([each.score for each in listed], vacancy.model_version.sed)
    assert [(each.place, each.group) for each in listed] == [(each.rank, each.tie_group) for each in expected]
    assert [each.place for each in listed] == [1, 2, 3, 4, 5, 6, 6, 8, 9]


def test_pages_of_any_size_hold_everybody_once_with_the_same_places(session: Session) -> None:
    vacancy = fill(session, SCORES)
    whole = walk(session, vacancy, 50)[0]
    for size in (1, 2, 3, 4, 9):
        paged = [each for page in walk(session, vacancy, size) for each in page]
        assert [(each.applicant_id, each.place, each.group) for each in paged] == [
            (each.applicant_id, each.place, each.group) for each in whole
        ]


def test_a_group_names_the_places_of_all_its_members(session: Session) -> None:
    page = opened(session, fill(session, SCORES), 2)
    assert [(group.number, group.first, group.last) for group in page.groups.values()] == [(1, 1, 3)]


def company(listed: list[Row]) -> set[frozenset[uuid.UUID]]:
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
    session.flush()
    later = walk(session, vacancy, 50)[0]
    assert set(ties.cuts) < set(settled(session, vacancy).cuts)
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
    session.flush()
    ties = settled(session, vacancy)
    after = {each.score: each.group for each in walk(session, vacancy, 50)[0]}
    moved = {after[score] - group for score, group in before.items() if group and after[score]}
    assert moved == {3}, "the standing groups only count on"
    assert [after[score] for score in (4.9, 4.5, 4.1, 4.0)] == [1, 2, 3, 4]
    assert list(ties.cuts) == sorted(ties.cuts, reverse=True)


def test_no_group_is_wider_than_one_standard_error_of_a_difference(session: Session) -> None:
    vacancy = fill(session, SCORES)
    settled(session, vacancy)
    for score in (4.15, 4.33, 2.55, 2.3, 0.1):
        shortlists.scored(session, vacancy, score)
    session.flush()
    by_group: dict[int, list[float]] = {}
    for each in walk(session, vacancy, 50)[0]:
        assert each.group
        by_group.setdefault(each.group, []).append(each.score)
    assert max(max(scores) - min(scores) for scores in by_group.values()) <= vacancy.model_version.sed + 1e-9


def test_without_a_known_error_nobody_is_grouped(session: Session) -> None:
    owner = people.organisation(session)
    model = shortlists.model(session, shortlists.questionnaire(session, owner), sed=None)
    vacancy = shortlists.vacancy(session, model)
    shortlists.scored(session, vacancy, 3.0)
    session.flush()
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
    session.flush()
    assert [each.score for each in walk(session, vacancy, 50)[0]] == [3.0]


def test_a_name_is_found_by_the_beginning_of_its_first_or_last_word_without_its_marks(session: Session) -> None:
    vacancy = fill(session, [4.0])
    for name, email in (
        ("Živilė Žukauskaitė", "zz@example.org"),
        ("Мария Иванова", "maria@example.org"),
        ("100% _Percent", "percent@example.org"),
    ):
        shortlists.scored(session, vacancy, 3.0, name=name, email=email)

    def found(search: str) -> list[str]:
        return [each.face.address for each in opened(session, vacancy, asked=Asked(search=search)).rows]

    assert found("zivil") == found("ŽUK") == found("ZZ@") == ["zz@example.org"]
    assert found("иван") == found("МАРИЯ ") == ["maria@example.org"]
    assert found("100%") == ["percent@example.org"]
    assert found("%") == []
