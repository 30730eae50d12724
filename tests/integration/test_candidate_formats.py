"""Every way of answering: asked, refused with its reason, kept as it was given, read back, sent and scored."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import shelf
from questionnaires.definition import ResponseFormat
from questionnaires.loading import load, load_text
from questionnaires.ordering import shown_order
from tests.factories import people, sittings
from webapp.records import Answer, AnswerRevision, Score, Sitting


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


SAMPLES = Path(__file__).parents[1] / "unit" / "questionnaires" / "samples"
ALL_SIX = load(SAMPLES / "all-six.yaml")


@dataclass(frozen=True)
class Case:
    """One question of the sample: what is sent, what is kept, what is said of it, and what is refused."""

    sent: dict[str, str]
    kept: dict[str, Any]
    shown: str
    words: str
    refused: list[dict[str, str]] = field(default_factory=list)


CASES = {
    ResponseFormat.BEST_WORST: Case(
        {"best": "a", "worst": "c"},
        {"best": "a", "worst": "c"},
        r'id="best-a"[^>]* checked',
        "<b>Best:</b> I call back today.",
        [{}, {"best": "a"}, {"best": "a", "worst": "a"}, {"best": "zz", "worst": "a"}],
    ),
    ResponseFormat.PICK_ONE: Case(
        {"choice": "b"}, {"choice": "b"}, r'id="choice-b"[^>]* checked', "I wait.", [{}, {"choice": "zz"}]
    ),
    ResponseFormat.LIKERT: Case(
        {"value": "2"}, {"value": 2}, r'id="value-2"[^>]* checked', "Middling", [{}, {"value": "99"}]
    ),
    ResponseFormat.RANK: Case(
        {"rank-a": "2", "rank-b": "1", "rank-c": "3", "rank-d": "4"},
        {"ranks": {"a": 2, "b": 1, "c": 3, "d": 4}},
        r'<option value="2" selected>',
        "<b>1:</b> I write tomorrow.",
        [
            {},
            {"rank-a": "1", "rank-b": "2", "rank-c": "3"},
            {"rank-a": "1", "rank-b": "1", "rank-c": "3", "rank-d": "4"},
            {"rank-a": "1", "rank-b": "2", "rank-c": "3", "rank-d": "5"},
        ],
    ),
    ResponseFormat.RATE_EACH: Case(
        {"rating-a": "9", "rating-b": "0", "rating-c": "4"},
        {"ratings": {"a": 9, "b": 0, "c": 4}},
        r'id="rating-b-0"[^>]* checked',
        "<b>9 (Very good):</b> I say no and explain.",
        [{}, {"rating-a": "9"}, {"rating-a": "9", "rating-b": "0", "rating-c": "10"}],
    ),
    ResponseFormat.OPEN_TEXT: Case(
        {"text": "One line.\r\n<b>Another</b>"},
        {"text": "One line.\n<b>Another</b>"},
        "One line.\n&lt;b&gt;Another&lt;/b&gt;</textarea>",
        "One line.",
        [{}, {"text": "  \n "}, {"text": "a" * 10_001}],
    ),
}
NUMBERS = {item.format: number for number, item in enumerate(ALL_SIX.items_of("A"), 1)}


@pytest.fixture
def base(client: FlaskClient, session: Session) -> str:
    owner = people.organisation(session)
    return sittings.walk_in(client, sittings.invited(session, sittings.vacancy(session, owner, ALL_SIX)))


def answers(session: Session) -> dict[str, Any]:
    session.rollback()
    return {row.item_id: row.value for row in session.execute(select(Answer.item_id, Answer.value))}


def test_the_sample_has_every_format() -> None:
    assert set(NUMBERS) == set(ResponseFormat)


def test_each_format_is_asked_refused_saved_and_read_back(client: FlaskClient, session: Session, base: str) -> None:
    for response_format, case in CASES.items():
        page = f"{base}/question/{NUMBERS[response_format]}"
        fresh = client.get(page).text
        assert " checked" not in fresh
        assert " selected" not in fresh
        for wrong in case.refused:
            refused = client.send(page, {"revision": "0", "action": "save", **wrong})
            told = client.get(refused.location).text if refused.location else refused.text
            anchor = re.search(r'<ul><li><a href="#([^"]+)">', told)
            assert anchor, (response_format, wrong)
            assert f'id="{anchor.group(1)}"' in told
        assert client.send(page, {"revision": "0", "action": "save", **case.sent}).status_code == 302
        assert re.search(case.shown, client.get(page).text), response_format
    assert answers(session) == {item.id: CASES[item.format].kept for item in ALL_SIX.items}
    review = client.get(f"{base}/review").text
    for response_format, case in CASES.items():
        assert case.words in review, response_format
    assert client.send(f"{base}/submit").status_code == 302
    assert client.get(f"{base}/receipt").status_code == 200
    session.rollback()
    assert session.scalars(select(Score)).one().score is not None


@pytest.mark.parametrize("response_format", list(ResponseFormat))
def test_a_stale_page_shows_both_and_sends_either(
    client: FlaskClient, session: Session, base: str, response_format: ResponseFormat
) -> None:
    case, page = CASES[response_format], f"{base}/question/{NUMBERS[response_format]}"
    client.get(page)
    client.send(page, {"revision": "0", "action": "skip"})
    stale = client.send(page, {"revision": "0", "action": "save", **case.sent})
    assert stale.status_code == 409
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', stale.text))
    fields = {name: value.replace("&lt;", "<").replace("&gt;", ">") for name, value in fields.items()}
    assert client.send(page, fields | {"action": "save"}).status_code == 302
    assert list(answers(session).values()) == [case.kept]


def test_options_are_shuffled_by_the_stored_seed_and_scales_are_not(
    client: FlaskClient, session: Session, base: str
) -> None:
    client.get(f"{base}/question/1")
    seed = session.scalars(select(Sitting.seed)).one()
    ways = {"best_worst": "best-", "pick_one": "choice-", "rank": "rank-", "rate_each": "text-"}
    for response_format, number in NUMBERS.items():
        item = ALL_SIX.items_of("A")[number - 1]
        text = client.get(f"{base}/question/{number}").text
        if response_format.value in ways:
            shown = re.findall(rf'id="{ways[response_format.value]}(\w)"', text)
            assert tuple(shown) == shown_order(item, seed), response_format
        if response_format is ResponseFormat.LIKERT:
            assert re.findall(r'id="value-(\w+)"', text) == ["1", "2", "3", "not_observed"]
    page = f"{base}/question/{NUMBERS[ResponseFormat.RANK]}"
    client.send(page, {"revision": "0", "action": "save", **CASES[ResponseFormat.RANK].sent})
    session.rollback()
    assert session.scalars(select(AnswerRevision.positions)).one() == list(
        shown_order(ALL_SIX.items_of("A")[NUMBERS[ResponseFormat.RANK] - 1], seed)
    )


def test_a_competence_shows_its_indicators_and_anchors_and_may_be_left_unseen(
    client: FlaskClient, session: Session, base: str
) -> None:
    page = f"{base}/question/{NUMBERS[ResponseFormat.LIKERT]}"
    text = client.get(page).text
    for words in ("Is ready when agreed.", "I have to remind.", "Could not observe"):
        assert words in text
    assert client.send(page, {"revision": "0", "action": "save", "value": "not_observed"}).status_code == 302
    assert list(answers(session).values()) == [{"not_observed": True}]
    assert re.search(r'value="not_observed" checked', client.get(page).text)
    assert "Could not observe" in client.get(f"{base}/review").text


def test_a_survey_of_the_library_is_walked_through(client: FlaskClient, session: Session) -> None:
    reaction = shelf.get("test-reaction")
    owner = people.organisation(session)
    base = sittings.walk_in(client, sittings.invited(session, sittings.vacancy(session, owner, reaction)), "lt")
    for number in range(1, len(reaction.items) + 1):
        client.get(f"{base}/question/{number}")
        sent = {"revision": "0", "action": "save", "value": str(number)}
        assert client.send(f"{base}/question/{number}", sent).status_code == 302
    assert client.get(f"{base}/review").text.count("Visai ne taip") == 1
    assert client.send(f"{base}/submit").location == f"{base}/receipt"
    assert [value["value"] for value in answers(session).values()] == [1, 2, 3, 4, 5]


WITHHELD = "  - {id: secret, format: likert, withheld: true, direction: 0, scale: {minimum: 1, maximum: 4}}"


def test_withheld_texts_are_not_begun(client: FlaskClient, session: Session) -> None:
    owner = people.organisation(session)
    secret = load_text(f"{ALL_SIX.source.rstrip()}\n{WITHHELD}\n")
    someone = sittings.invited(session, sittings.vacancy(session, owner, secret))
    client.get(someone.link)
    assert client.send(f"{someone.link}/start").status_code == 503
    session.rollback()
    assert session.scalars(select(Sitting)).all() == []
