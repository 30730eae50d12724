"""What a page of the list says must not hang on which people are on that page."""

from __future__ import annotations

import functools
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import shortlists
from tests.factories.desk import Desk, ours, read, signed_in
from webapp.records import ModelVersion, Score, Vacancy
from webapp.recruiter import list_page
from webapp.services.cut_line.set_cut import set_cut
from webapp.services.shortlist import group_share
from webapp.services.shortlist.leave import change_stage

LINE = 'class="cut"'


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> Desk:
    return signed_in(client, session)


def twelve(desk: Desk) -> Vacancy:
    """Nobody ties; those on places 5 to 8 are in stage 1."""
    vacancy = ours(desk)
    desk[1].get_one(ModelVersion, (vacancy.organisation_id, vacancy.model_version_id)).sed = None
    people = [shortlists.scored(desk[1], vacancy, 4.8 - place * 0.3) for place in range(12)]
    read(desk, vacancy)
    change_stage(desk[1], vacancy.organisation_id, [person.id for person in people[4:8]], 1)
    return vacancy


@pytest.mark.parametrize(
    ("people", "size", "where"),
    [(6, 4, [False, True]), (4, 4, [False, True]), (10, 4, [False, True]), (6, 8, [True]), (2, 4, [True, False])],
)
def test_the_line_is_on_one_page_wherever_the_pages_part(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, people: int, size: int, where: list[bool]
) -> None:
    vacancy = twelve(desk)
    set_cut(desk[1], vacancy.organisation_id, vacancy.id, people, user_id=desk[2].id)
    monkeypatch.setattr(list_page, "open_list", functools.partial(list_page.open_list, size=size))
    pages = [read(desk, vacancy, stage="0")]
    ways = re.findall(r'href="([^"]+)" rel="next"', pages[0])
    pages += [desk[0].get(way.replace("&amp;", "&")).get_data(as_text=True) for way in ways]
    assert [LINE in page for page in pages] == where
    for way in re.findall(r'href="([^"]+)">\s*Last page', pages[0]):
        assert (LINE in desk[0].get(way.replace("&amp;", "&")).get_data(as_text=True)) == where[-1]


def test_the_line_is_drawn_above_or_below_all_who_are_shown(desk: Desk) -> None:
    vacancy = twelve(desk)
    for people, stage, first in ((6, "0", None), (4, "1", True), (8, "1", False), (12, "1", None)):
        set_cut(desk[1], vacancy.organisation_id, vacancy.id, people, user_id=desk[2].id)
        page = read(desk, vacancy, stage=stage)
        if first is not None:
            assert (page.index(LINE) < page.index('name="person"')) is first, people
            assert page.count(LINE) == 1
    assert LINE not in page


@pytest.mark.parametrize("many", [2_000, 1])
def test_what_is_said_of_the_first_group_is_of_all_its_members(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(group_share, "MANY", many)
    vacancy = ours(desk)
    members = [shortlists.scored(desk[1], vacancy, score) for score in (4.5, 4.49, 4.48, 2.0)]
    for person, share in zip(members, (0.9, 0.8, 0.71, 0.2), strict=True):
        desk[1].query(Score).filter_by(applicant_id=person.id).one().p_top_third = share
    said = [
        re.findall(r"Of ten people with results like those of group 1, about (\d+)", read(desk, vacancy, search=asked))
        for asked in ("", *(person.name for person in members))
    ]
    assert said == [["8"]] * 4 + [[]]
