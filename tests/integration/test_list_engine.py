"""The list engine: everybody once, exact places and numbers, whatever happens to people meanwhile."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import shortlists
from webapp.records import Vacancy
from webapp.records.base import now
from webapp.services.shortlist import read_page
from webapp.services.shortlist.bring_up import bring_up, is_behind
from webapp.services.shortlist.cells import Wanted
from webapp.services.shortlist.open_list import ListPage, Row, open_list, place_of_person
from webapp.services.shortlist.read_page import Asked, Here


def ready(session: Session, vacancy: Vacancy) -> None:
    if is_behind(session, vacancy):
        bring_up(session, vacancy.organisation_id, vacancy.id)
    session.commit()


def everybody(session: Session, vacancy: Vacancy, size: int = 3, **kwargs: object) -> list[Row]:
    page = open_list(session, vacancy, size=size, **kwargs)  # type: ignore[arg-type]
    rows = list(page.rows)
    while page.after:
        page = open_list(session, vacancy, size=size, here=page.after, **kwargs)  # type: ignore[arg-type]
        rows += page.rows
    return rows


def ids(page: ListPage) -> list[uuid.UUID]:
    return [row.applicant_id for row in page.rows]


def test_a_list_is_read_from_either_end(session: Session) -> None:
    vacancy = shortlists.vacancy(session)
    people = [shortlists.scored(session, vacancy, score) for score in (4.0, 3.9, 3.9, 3.0, 2.9, 2.0, 1.0)]
    ready(session, vacancy)
    rows = everybody(session, vacancy)
    in_order = [row.applicant_id for row in rows]
    assert set(in_order) == {person.id for person in people}
    assert [row.score for row in rows] == [4.0, 3.9, 3.9, 3.0, 2.9, 2.0, 1.0]
    assert [row.place for row in rows] == [1, 2, 2, 4, 5, 6, 7]
    assert [row.group for row in rows] == [1, 1, 1, 2, 2, 3, 4]
    top = open_list(session, vacancy, size=3)
    assert (top.all, top.found, top.newer, top.waiting, top.before) == (7, 7, 0, 0, None)
    last = open_list(session, vacancy, size=3, here=top.last)
    assert ids(last) == in_order[4:]
    assert last.after is None
    middle = open_list(session, vacancy, size=3, here=last.before)
    assert ids(middle) == in_order[1:4]
    again = open_list(session, vacancy, size=3, here=middle.before)
    assert ids(again) == ids(top)
    assert again.before is None
    standing = place_of_person(session, vacancy, people[2])
    assert standing
    assert standing.place == 2
    assert standing.group
    assert (standing.group.first, standing.group.last) == (1, 3)


@SQLITE
def test_who_arrives_meanwhile_is_told_and_not_shown(session: Session) -> None:
    vacancy = shortlists.vacancy(session)
    for score in (4.0, 3.0, 2.0):
        shortlists.scored(session, vacancy, score)
    ready(session, vacancy)
    top = open_list(session, vacancy, size=2)
    late = shortlists.scored(session, vacancy, 3.5)
    ready(session, vacancy)
    below = open_list(session, vacancy, size=2, here=top.after)
    assert [row.place for row in below.rows] == [3]
    assert (below.all, below.newer, below.as_of) == (3, 1, top.as_of)
    fresh = open_list(session, vacancy, size=2)
    assert fresh.all == 4
    assert fresh.newer == 0
    assert fresh.rows[1].applicant_id == late.id


@SQLITE
def test_filters_and_searches_keep_the_place_among_all(session: Session) -> None:
    vacancy = shortlists.vacancy(session)
    shortlists.scored(session, vacancy, 4.0, name="Ona Žukienė")
    shortlists.scored(session, vacancy, 3.0, name="Jonas Petraitis")
    shortlists.scored(session, vacancy, 2.0, name="Petras Žukas", stage=3)
    ready(session, vacancy)
    found = open_list(session, vacancy, asked=Asked(search="zuk"))
    assert [(row.face.name, row.place) for row in found.rows] == [("Ona Žukienė", 1), ("Petras Žukas", 3)]
    staged = open_list(session, vacancy, wanted=Wanted(stages=frozenset([3])))
    assert [row.place for row in staged.rows] == [3]
    assert (staged.found, staged.all) == (1, 3)
    nobody = open_list(session, vacancy, wanted=Wanted(flagged=True))
    assert not nobody.rows
    assert nobody.found == 0


@SQLITE
def test_where_names_are_hidden_the_undecided_are_found_by_code_alone(session: Session) -> None:
    vacancy = shortlists.vacancy(session, blind=True)
    hidden = shortlists.scored(session, vacancy, 4.0, name="Ona Žukienė", code="BCD234XWZ")
    shown = shortlists.scored(session, vacancy, 3.0, name="Petras Žukas", code="ZZZ999ZZZ", revealed_at=now())
    ready(session, vacancy)

    def found(search: str) -> list[uuid.UUID]:
        return ids(open_list(session, vacancy, asked=Asked(search=search)))

    assert found("zuk") == found("petras") == found(shown.email) == found("ZZ") == [shown.id]
    assert found("bcd-2") == found("BCD 234") == found("BCD234XWZ") == [hidden.id]
    assert not found("ona")
    assert not found(hidden.email)
    assert not found("bcde")


@SQLITE
def test_of_many_who_are_found_a_filter_leaves_the_right_ones(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where more are found than are read at once, from either end and page by page."""
    monkeypatch.setattr(read_page, "FEW", 2)
    monkeypatch.setattr(read_page, "FEW_NAMED", 2)
    vacancy = shortlists.vacancy(session)
    for place in range(24):
        name = "Ona Adams" if place % 2 else "Jonas Baker"
        shortlists.scored(session, vacancy, 5.0 - place / 10, name=name, stage=place % 3)
    ready(session, vacancy)
    wanted, asked = Wanted(stages=frozenset([1, 2])), Asked(search="ona")
    places = [row.place for row in everybody(session, vacancy, wanted=wanted, asked=asked)]
    assert places == [place + 1 for place in range(24) if place % 2 and place % 3]
    end = Here.end(vacancy.model_version.number, 1, 0)
    last = open_list(session, vacancy, size=3, here=end, wanted=wanted, asked=asked)
    assert [row.place for row in last.rows] == places[-3:]
    assert [row.place for row in everybody(session, vacancy, asked=asked)] == list(range(2, 25, 2))
