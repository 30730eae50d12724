"""Lists of people to invite, as people really paste and save them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from webapp.services.namesakes import namesakes_in
from webapp.services.read_invitation_list import (
    MOST_PEOPLE,
    Person,
    clean_name,
    plain_address,
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
    assert [fault.split(":")[0] for fault in found.faults] == [
        "Row 3, column email",
        "Row 4, column email",
        "Row 5, column language",
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("x" * 201, "the name has 201 letters, and at most 200 are kept"),
        ("=HYPERLINK(1)", "begins like a formula"),
        ("  +cmd|calc", "begins like a formula"),
        ("＝1+1", "begins like a formula"),
        ("0", "is not a name"),
    ],
)
def test_what_is_no_name_is_said_with_row_and_column(name: str, said: str) -> None:
    found = read_uploaded(f"email;name\nona@example.org;{name}\n".encode(), "p.csv")
    assert len(found.faults) == 1
    assert found.faults[0].startswith("Row 2, column name: ")
    assert said in found.faults[0]
    assert found.people == []


@pytest.mark.parametrize("name", ["يعقوب الفيروزابادي", "א" * 200, "O'Neil", "Žukė-Petraitė", "山田太郎"])
def test_names_of_every_script_are_taken_as_they_are(name: str) -> None:
    found = read_uploaded(f"email;name\nona@example.org;{name}\n".encode(), "p.csv")
    assert (found.faults, [each.name for each in found.people]) == ([], [name])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ONA@Example.org", "ona@example.org", True),
        ("ona@ｅxample.org", "ona@example.org", True),
        ("o.na@example.org", "ona@example.org", False),
        ("ona+jobs@example.org", "ona@example.org", False),
        ("žukė@example.org", "z\u030cuke\u0307@example.org", True),
    ],
)
def test_one_spelling_of_an_address(one: str, other: str, same: bool) -> None:
    assert plain_address(plain_address(one)) == plain_address(one)
    assert (plain_address(one) == plain_address(other)) is same


def test_a_host_in_letters_is_the_same_host() -> None:
    encoded = "žukas.example.org".encode("idna").decode()
    assert plain_address(f"ona@{encoded}") == plain_address("ona@Žukas.example.org") == "ona@žukas.example.org"


def test_two_spellings_of_one_name_are_pointed_out() -> None:
    found = read_pasted("Ona Žukė <a@example.org>\nZuke ona <b@example.org>\nOna <c@example.org>\nona <d@example.org>")
    assert found.faults == []
    assert [(each.person.line, each.line) for each in namesakes_in(found.people)] == [(2, 1)]


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


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Rūta <ru\u202eta@example.org>", "Line 2: “ruta@example.org” holds a sign that nobody sees"),
        ("Jonas <jonas@xn--uke-n9a.lt>", "Line 2: “xn--uke-n9a.lt” after the @ spells no name"),
        ("Rūta\u202e Žukienė <ruta@пример.рф>", ""),
    ],
)
def test_what_nobody_sees_in_an_address_is_said_to_be_there(line: str, said: str) -> None:
    found = read_pasted(f"Ona <ona@example.org>\n{line}")
    assert [fault[: len(said)] for fault in found.faults] == ([said] if said else [])
    assert [person.name for person in found.people[1:]] == ([] if said else ["Rūta Žukienė"])
