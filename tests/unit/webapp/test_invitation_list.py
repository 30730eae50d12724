"""Lists of people to invite, as people really paste and save them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from webapp.services.read_invitation_list import (
    MOST_PEOPLE,
    Person,
    clean_name,
    read_pasted,
    read_sent,
    read_uploaded,
    write_sent,
)


@pytest.fixture(scope="module", autouse=True)
def spoken() -> Iterator[None]:
    """Messages are composed where a page is drawn."""
    app = Flask(__name__)
    from flask_babel import Babel

    Babel(app)
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("ona@example.org", ""),
        ("Ona Žukė <ona@example.org>", "Ona Žukė"),
        ("<ona@example.org> Ona Žukė", "Ona Žukė"),
        ('"Žukė, Ona" <ona@example.org>', "Žukė Ona"),
        ("Ona Žukė; ona@example.org", "Ona Žukė"),
        ("Ona Žukė,ona@example.org,", "Ona Žukė"),
        ("Ona Žukė\tona@example.org", "Ona Žukė"),
        ("  ONA@Example.ORG  ", ""),
        ("Ona O'Neil (HR) ona@example.org", "Ona O'Neil HR"),
    ],
)
def test_a_line_is_read_in_any_usual_writing(line: str, name: str) -> None:
    found = read_pasted(line)
    assert found.faults == []
    assert found.people == [Person(1, name, "ona@example.org")]


def test_every_fault_is_said_with_its_line() -> None:
    found = read_pasted("Onutė <ona@example.org>\n\nnobody\nOna <ona@example.org>\nOnute <ONA@example.org>\na@b\n")
    assert [fault.split(":")[0] for fault in found.faults] == ["Line 3", "Line 4", "Line 5", "Line 6"]
    assert "under another name" in found.faults[1]
    assert len(found.people) == 1


def test_the_same_line_twice_is_said_plainly() -> None:
    found = read_pasted("Ona <ona@example.org>\nona <ona@example.org>")
    assert found.faults == ["Line 2: ona@example.org is already on line 1. Remove one of the two."]


@pytest.mark.parametrize("empty", ["", "\n \n", "\ufeff"])
def test_nobody_is_a_fault(empty: str) -> None:
    assert read_pasted(empty).faults


def test_too_many_at_once_are_refused() -> None:
    found = read_pasted("\n".join(f"p{n}@example.org" for n in range(MOST_PEOPLE + 1)))
    assert found.faults == [f"Invite at most {MOST_PEOPLE} people at once, and the others after them."]


def test_a_table_names_every_column_that_is_wrong() -> None:
    found = read_uploaded(b"Name,Phone,Mail\nOna,1,ona@example.org\n", "people.csv")
    assert len(found.faults) == 3
    assert "“phone”" in found.faults[0]
    assert "“mail”" in found.faults[1]
    assert "the column email is missing" in found.faults[2]


def test_a_table_gives_the_row_of_the_spreadsheet() -> None:
    found = read_uploaded(b"email;name;language\nona@example.org;Ona;LT\n;Jonas;\nx;;\ny@example.org;;fr\n", "p.csv")
    assert found.people == [Person(2, "Ona", "ona@example.org", "lt")]
    assert [fault.split(":")[0] for fault in found.faults] == ["Line 3", "Line 4", "Line 5"]


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = read_pasted(text)
    assert found.faults or found.people
    assert all("\n" not in person.name and "@" in person.email for person in found.people)


@given(st.text(max_size=400))
def test_a_clean_name_is_one_line_without_turning_marks(name: str) -> None:
    cleaned = clean_name(name)
    assert cleaned == cleaned.strip()
    assert not set(cleaned) & set("\r\n\t\u202e\u2066\u0000")
    assert clean_name(cleaned) == cleaned


def test_a_preview_comes_back_as_it_went() -> None:
    people = [Person(3, 'Ona "Ž" <x>', "ona@example.org", "lt"), Person(9, "", "j@example.org")]
    assert read_sent(write_sent(people)).people == people
