"""Whoever holds a receipt can check it; strangers learn nothing else."""

from __future__ import annotations

import re
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import shelf
from tests.databases import SQLITE
from tests.factories import people, sittings
from webapp.records import Sitting
from webapp.services.acknowledge import ReceiptLine, receipt_lines
from webapp.services.adjustments.change_time import Given, reopen_sitting
from webapp.services.read_codes import OddLine, codes_in, odd_lines

ITEMS = [item.id for item in shelf.get("customer-orientation").items_of("A")]


class Sent:
    """A sitting that was sent with two answers, the second of them changed once."""

    def __init__(self, client: FlaskClient, session: Session) -> None:
        self.someone = sittings.invited(session)
        self.base = sittings.walk_in(client, self.someone)
        client.get(f"{self.base}/question/1")
        for number, worst, revision in ((1, "b", 0), (2, "b", 0), (2, "c", 1)):
            form = {"best": "a", "worst": worst, "revision": str(revision), "action": "save"}
            assert client.send(f"{self.base}/question/{number}", form).status_code == 302
            page = client.get(f"{self.base}/question/{number}").get_data(as_text=True)
            self.codes = [*getattr(self, "codes", []), re.findall(r">([A-Z2-9]{3}-[A-Z2-9]{3})<", page)[0]]
        client.send(f"{self.base}/submit")
        self.key = uuid.UUID(self.base.rsplit("/", 1)[1])
        sitting = session.get_one(Sitting, (self.someone.organisation.id, self.key))
        self.number = sitting.receipt_code or ""
        self.lines = receipt_lines(session, sitting.organisation_id, sitting.id, "test-secret")


@pytest.fixture
def sent(client: FlaskClient, session: Session) -> Sent:
    return Sent(client, session)


def checked(client: FlaskClient, number: str, codes: str) -> str:
    client.get("/receipt")
    reply = client.send("/receipt", {"number": number, "codes": codes})
    assert reply.status_code == 200
    return reply.get_data(as_text=True)


def test_the_lines_agree_with_what_each_page_said(sent: Sent) -> None:
    first, replaced, second = sent.codes
    assert [line.code for line in sent.lines[:2]] == [first, second]
    assert replaced not in [line.code for line in sent.lines]
    assert [line.answered for line in sent.lines] == [True, True, *[False] * (len(ITEMS) - 2)]
    assert sent.lines[2] == ReceiptLine(3, ITEMS[2], False, None, "")


def test_a_receipt_is_known_again_however_it_is_typed(client: FlaskClient, sent: Sent) -> None:
    four = "-".join(sent.number[i : i + 4].lower() for i in (0, 4, 8))
    page = checked(client, f" {four} ", f"1. {sent.codes[0].lower()}, {sent.codes[2]} {sent.codes[1]}\n{four}")
    assert "This receipt is ours" in page
    assert "3 of 3 codes were recorded" in page
    assert page.count("Question 2") == 2
    assert page.count("answered again later") == 1


def test_a_code_that_is_not_ours_is_said_to_be_so(client: FlaskClient, sent: Sent) -> None:
    code = sent.codes[0]
    other = ("B" if code[0] == "A" else "A") + code[1:]
    page = checked(client, sent.number, f"{code} {other}")
    assert "1 of 2 codes were recorded" in page
    assert page.count("Not ours, or changed") == 1


def test_a_number_that_is_not_ours_opens_nothing(client: FlaskClient, sent: Sent) -> None:
    page = checked(client, sent.number[:-1], sent.codes[0])
    assert "not one of ours" in page
    assert "Question 1" not in page


def test_strangers_learn_neither_name_nor_company_nor_answers(client: FlaskClient, sent: Sent) -> None:
    page = checked(client, sent.number, " ".join(sent.codes))
    assert sent.someone.organisation.name not in page
    assert sent.someone.applicant.name not in page
    assert sent.someone.vacancy.title not in page
    assert not [item for item in ITEMS if item in page]


def test_a_receipt_without_a_number_is_asked_for_one(client: FlaskClient) -> None:
    client.get("/receipt")
    assert client.send("/receipt", {"number": ""}).status_code == 400  # type: ignore[attr-defined]


def test_codes_are_found_in_a_pasted_receipt() -> None:
    text = "ABCD-EFGH-2345\n1. The wet coat ABC-234 12:30 UTC\n2. abc‑235, ABC-234; 2026-11-22"
    assert codes_in(text) == ["ABC-234", "ABC-235"]


def test_what_is_nearly_a_code_is_named_with_its_line() -> None:
    pasted = "ABCD-EFGH-2345\n1. The half-day ABC-234 12:30 UTC\n"
    pasted += "Received\nCrashed twice\nabsent minded\n"
    typed = "abo-123\nABC235 on 20 Nov 2026, 09:00UTC\nABO-DEF; 2026-11-22\n3. JEUTLS\njeutls"
    odd = ["abo-123", "ABC235", "ABO-DEF", "JEUTLS", "jeutls"]
    assert odd_lines(pasted + typed) == [OddLine(number, text) for number, text in enumerate(odd, 6)]


def test_where_no_line_is_a_code_each_was_meant_as_one() -> None:
    assert odd_lines("hello\n \nabc 234") == [OddLine(1, "hello"), OddLine(3, "abc 234")]
    assert odd_lines(" \n") == []


@SQLITE
def test_the_page_says_which_line_is_no_code(client: FlaskClient, sent: Sent) -> None:
    page = checked(client, sent.number, f"{sent.codes[0]}\n{sent.codes[1].replace('-', '')}7")
    assert "One line is not a code" in page
    assert "Line 2: “" in page
    page = checked(client, sent.number, "my <b>codes</b>\nABC234")
    assert "2 lines are not codes" in page
    assert "Line 1: “my &lt;b&gt;codes&lt;/b&gt;”" in page
    assert "You gave no codes" not in page
    assert "You gave no codes" in checked(client, sent.number, " \n ")


def test_before_the_sitting_is_sent_there_is_no_receipt(client: FlaskClient, session: Session) -> None:
    sittings.walk_in(client, sittings.invited(session))
    assert session.scalars(select(Sitting.receipt_code)).all() == [None]
    assert "not one of ours" in checked(client, "None", "")


def reopen(session: Session, sent: Sent) -> Sitting:
    session.rollback()
    sitting = session.get_one(Sitting, (sent.someone.organisation.id, sent.key))
    helper = people.user(session, sent.someone.organisation, "adjustments")
    reopen_sitting(session, sitting.organisation_id, sitting.id, Given(10, "letter seen"), helper.id)
    session.commit()
    return sitting


def test_a_receipt_that_was_replaced_says_so(client: FlaskClient, session: Session, sent: Sent) -> None:
    sitting = reopen(session, sent)
    page = checked(client, sent.number, sent.codes[0])
    assert "This receipt no longer stands" in page
    assert "1 of one code was recorded" in page

    for revision, worst in ((0, "b"), (1, "c")):
        client.get(f"{sent.base}/question/3")
        form = {"best": "a", "worst": worst, "revision": str(revision), "action": "save"}
        client.send(f"{sent.base}/question/3", form)
        client.send(f"{sent.base}/submit")
        session.rollback()
        session.refresh(sitting)
        later = sitting.receipt_code or ""
        assert later != sent.number
        assert "This receipt was replaced by a later one" in checked(client, sent.number, "")
        assert "This receipt is ours" in checked(client, later, "")
        reopen(session, sent)
        assert "This receipt no longer stands" in checked(client, later, "")


@SQLITE
def test_the_same_answers_sent_again_have_the_same_receipt(client: FlaskClient, session: Session, sent: Sent) -> None:
    for _time in range(2):
        reopen(session, sent)
        client.get(f"{sent.base}/review")
        client.send(f"{sent.base}/submit")
        assert "This receipt is ours" in checked(client, sent.number, "")


@SQLITE
def test_of_an_erased_sitting_no_receipt_is_known_old_or_new(client: FlaskClient, session: Session, sent: Sent) -> None:
    reopen(session, sent)
    client.get(f"{sent.base}/erase")
    assert client.send(f"{sent.base}/erase", {"sure": "y"}).status_code == 302
    assert "not one of ours" in checked(client, sent.number, sent.codes[0])
