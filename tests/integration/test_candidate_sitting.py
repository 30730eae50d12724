"""The sitting: each answer is saved when given, nothing is overwritten, it is sent and scored once."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires import shelf
from tests.factories import sittings
from webapp.records import Answer, AnswerRevision, Event, ModelVersion, Outbox, Score, Sitting


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


PRACTICE = len(shelf.get("customer-orientation").practice)
ITEMS = [item.id for item in shelf.get("customer-orientation").items_of("A")]


@pytest.fixture
def someone(session: Session) -> sittings.Invited:
    return sittings.invited(session)


@pytest.fixture
def base(client: FlaskClient, someone: sittings.Invited) -> str:
    return sittings.walk_in(client, someone)


def save(client: FlaskClient, base: str, number: int, revision: int, **sent: str) -> int:
    data = {"revision": str(revision), "action": "save", **sent}
    return client.send(f"{base}/question/{number}", data).status_code


def mistake(client: FlaskClient, base: str, **sent: str) -> str:
    """The page that tells of what is wrong with this answer."""
    return client.get(client.send(f"{base}/question/1", {"revision": "0", "action": "save", **sent}).location).text


def present(session: Session, number: int = 1) -> Answer | None:
    session.rollback()
    return session.scalar(
        select(Answer).where(Answer.item_id == ITEMS[number - 1]).execution_options(populate_existing=True)
    )


def history(session: Session) -> list[tuple[int, object]]:
    session.rollback()
    rows = session.scalars(select(AnswerRevision).order_by(AnswerRevision.revision))
    return [(row.revision, row.value) for row in rows]


def test_questions_wait_for_the_language_and_the_consent(client: FlaskClient, someone: sittings.Invited) -> None:
    client.get(someone.link)
    base = client.send(f"{someone.link}/start").location.removesuffix("/language")
    assert client.get(f"{base}/question/1").location == f"{base}/language"
    client.get(f"{base}/language")
    assert client.send(f"{base}/language", {"language": "ru"}).location == f"{base}/notice"
    assert client.get(f"{base}/question/1").location == f"{base}/notice"
    notice = client.get(f"{base}/notice")
    assert 'lang="ru"' in notice.text
    assert " checked" not in notice.text
    refused = client.send(f"{base}/notice")
    assert refused.status_code == 400
    assert save(client, base, 1, 0, best="a", worst="b") == 403
    assert client.send(f"{base}/notice", {"agree": "y"}).location == f"{base}/practice"


def test_consent_is_kept_with_its_time_and_the_notice(session: Session, base: str) -> None:
    session.rollback()
    sitting = session.scalars(select(Sitting)).one()
    assert sitting.consented_at is not None
    assert sitting.notice_version == "2026-11-22d.LT.key_only.en"


def test_the_practice_is_not_stored(client: FlaskClient, session: Session, base: str) -> None:
    client.get(f"{base}/practice")
    mistake = client.send(f"{base}/practice", {"best": "a", "worst": "a"}).location
    assert 'role="alert" tabindex' in client.get(mistake).text
    pages = [f"{base}/practice", *(f"{base}/practice/{number}" for number in range(2, PRACTICE + 1)), f"{base}/ready"]
    for page, following in pairwise(pages):
        assert client.send(page, {"best": "a", "worst": "b"}).location == following
    assert session.scalar(select(func.count()).select_from(AnswerRevision)) == 0


def test_nothing_is_preselected(client: FlaskClient, base: str) -> None:
    page = client.get(f"{base}/question/1").text
    assert page.count('type="radio"') == 8
    assert " checked" not in page


def test_an_answer_is_saved_shown_and_changed(client: FlaskClient, session: Session, base: str) -> None:
    client.get(f"{base}/question/1")
    assert save(client, base, 1, 0, best="a", worst="b") == 302
    answer = present(session)
    assert answer is not None
    assert (answer.value, answer.revision, answer.language) == ({"best": "a", "worst": "b"}, 1, "en")
    again = client.get(f"{base}/question/1").text
    assert again.count(" checked") == 2
    assert 'name="revision" value="1"' in again
    assert save(client, base, 1, 1, best="c", worst="b") == 302
    assert history(session) == [(1, {"best": "a", "worst": "b"}), (2, {"best": "c", "worst": "b"})]


@pytest.mark.parametrize(
    "sent", [{}, {"best": "a"}, {"worst": "a"}, {"best": "a", "worst": "a"}, {"best": "zz", "worst": "a"}]
)
def test_what_is_no_answer_is_not_saved(client: FlaskClient, session: Session, base: str, sent: dict) -> None:
    client.get(f"{base}/question/1")
    assert "error-summary" in mistake(client, base, **sent)
    assert present(session) is None


def test_the_page_keeps_what_was_chosen_when_something_is_missing(client: FlaskClient, base: str) -> None:
    client.get(f"{base}/question/1")
    assert re.search(r'id="best-a"[^>]* checked', mistake(client, base, best="a"))


def test_a_mistake_is_forgotten_once_an_answer_is_saved(client: FlaskClient, base: str) -> None:
    """Back leads to the page that told of the mistake; it shows what was saved since."""
    client.get(f"{base}/question/1")
    told = client.send(f"{base}/question/1", {"revision": "0", "action": "save", "best": "a"}).location
    assert "error-summary" in client.get(told).text
    save(client, base, 1, 0, best="c", worst="b")
    again = client.get(told).text
    assert "error-summary" not in again
    assert re.search(r'id="best-c"[^>]* checked', again)


def test_a_double_click_is_one_save(client: FlaskClient, session: Session, base: str) -> None:
    client.get(f"{base}/question/1")
    assert save(client, base, 1, 0, best="a", worst="b") == 302
    assert save(client, base, 1, 0, best="a", worst="b") == 302
    assert len(history(session)) == 1


def test_a_stale_page_overwrites_nothing_and_may_choose(client: FlaskClient, session: Session, base: str) -> None:
    client.get(f"{base}/question/1")
    save(client, base, 1, 0, best="a", worst="b")
    assert save(client, base, 1, 0, best="d", worst="b") == 409
    assert present(session).value == {"best": "a", "worst": "b"}
    assert 'name="revision" value="1"' in client.last_page
    assert save(client, base, 1, 1, best="d", worst="b") == 302
    assert present(session).value == {"best": "d", "worst": "b"}


@pytest.mark.parametrize("revision", ["7", "-3", "x", ""])
def test_a_revision_that_never_was_is_refused(client: FlaskClient, session: Session, base: str, revision: str) -> None:
    client.get(f"{base}/question/1")
    data = {"revision": revision, "best": "a", "worst": "b", "action": "save"}
    assert client.send(f"{base}/question/1", data).status_code == 409
    assert present(session) is None


def test_skipping_is_said_and_can_be_undone(client: FlaskClient, session: Session, base: str) -> None:
    client.get(f"{base}/question/1")
    client.send(f"{base}/question/1", {"revision": "0", "action": "skip"})
    answer = present(session)
    assert (answer.value, answer.skipped) == (None, True)
    client.get(f"{base}/question/1")
    assert save(client, base, 1, 1, best="a", worst="b") == 302
    assert present(session).skipped is False


def press(client: FlaskClient, base: str, number: int, action: str, revision: int, **more: str) -> str:
    data = {"revision": str(revision), "action": action, **more}
    return client.send(f"{base}/question/{number}", data).location


def test_a_skip_is_undone_by_one_press_and_the_question_is_open_again(
    client: FlaskClient, session: Session, base: str
) -> None:
    client.get(f"{base}/question/1")
    assert press(client, base, 1, "skip", 0) == f"{base}/question/2"
    assert client.get(base).location == f"{base}/question/2"
    following = client.get(f"{base}/question/2").text
    assert re.search(rf'action="{base}/question/1" id="undo-skip"', following)
    assert press(client, base, 1, "undo", 1) == f"{base}/question/1"
    answer = present(session)
    assert (answer.value, answer.skipped, answer.revision) == (None, False, 2)
    assert client.get(base).location == f"{base}/question/1"
    assert "undo-skip" not in client.get(f"{base}/question/1").text
    assert press(client, base, 1, "skip", 2) == f"{base}/question/2"
    assert present(session).skipped is True


def test_undoing_a_skip_brings_back_the_answer_that_was_cleared(
    client: FlaskClient, session: Session, base: str
) -> None:
    client.get(f"{base}/question/1")
    save(client, base, 1, 0, best="a", worst="b")
    press(client, base, 1, "skip", 1)
    review = client.get(f"{base}/review").text
    assert 'value="undo"' in review
    assert press(client, base, 1, "undo", 2, **{"from": "review"}) == f"{base}/review"
    assert (present(session).value, present(session).skipped) == ({"best": "a", "worst": "b"}, False)
    assert 'value="undo"' not in client.get(f"{base}/review").text


def test_an_undo_from_an_old_page_overwrites_nothing(client: FlaskClient, session: Session, base: str) -> None:
    client.get(f"{base}/question/1")
    press(client, base, 1, "skip", 0)
    assert save(client, base, 1, 1, best="c", worst="d") == 302
    client.send(f"{base}/question/1", {"revision": "1", "action": "undo"})
    assert present(session).value == {"best": "c", "worst": "d"}


def test_what_is_missing_is_named_before_it_is_sent(client: FlaskClient, base: str) -> None:
    for number in range(1, len(ITEMS)):
        client.get(f"{base}/question/{number}")
        save(client, base, number, 0, best="a", worst="b")
    assert f'href="{base}/send"' in client.get(f"{base}/review").text
    asked = client.get(f"{base}/send").text
    assert re.findall(rf'href="{base}/question/(\d+)', asked) == [str(len(ITEMS))]
    assert "A result needs" not in asked
    save(client, base, len(ITEMS), 0, best="a", worst="b")
    assert client.get(f"{base}/send").location == f"{base}/review"


def test_all_questions_are_in_reach_from_each(client: FlaskClient, base: str) -> None:
    assert f'href="{base}/review"' in client.get(f"{base}/question/3").text
    review = client.get(f"{base}/review").text
    assert len(set(re.findall(rf'href="{base}/question/(\d+)', review))) == len(ITEMS)
    assert f'href="{base}/question/1"' in review


def test_the_language_changes_on_any_page_and_the_answers_stay(
    client: FlaskClient, session: Session, base: str
) -> None:
    client.get(f"{base}/question/1")
    save(client, base, 1, 0, best="a", worst="b")
    before = re.findall(r'id="best-(\w+)"', client.get(f"{base}/question/1").text)
    switched = client.send(f"{base}/language?next={base}/question/1", {"language": "lt"})
    assert switched.location == f"{base}/question/1"
    page = client.get(f"{base}/question/1").text
    assert 'lang="lt"' in page
    assert re.findall(r'id="best-(\w+)"', page) == before
    assert page.count(" checked") == 2
    elsewhere = client.send(f"{base}/language?next=//example.org/", {"language": "ru"})
    assert elsewhere.location.startswith(base)
    assert client.send(f"{base}/language", {"language": "de"}).status_code == 400


def test_sent_once_and_scored_in_the_same_breath(
    client: FlaskClient, session: Session, someone: sittings.Invited, base: str
) -> None:
    for number in range(1, len(ITEMS) + 1):
        client.get(f"{base}/question/{number}")
        assert save(client, base, number, 0, best="a", worst="b") == 302
    assert client.get(f"{base}/review").status_code == 200
    for _ in range(2):
        assert client.send(f"{base}/submit").location == f"{base}/receipt"
    session.rollback()
    score = session.scalars(select(Score)).one()
    model = session.get_one(ModelVersion, (someone.organisation.id, someone.vacancy.model_version_id))
    sitting = session.scalars(select(Sitting).execution_options(populate_existing=True)).one()
    assert (score.model_version_id, score.vacancy_id) == (model.id, someone.vacancy.id)
    assert score.score is not None
    assert score.flags == []
    assert sitting.state == "submitted"
    session.refresh(someone.applicant)
    assert someone.applicant.state == "done"
    actions = session.scalars(select(Event.action).where(Event.subject == "sitting")).all()
    assert actions.count("sitting.submitted") == 1
    assert session.scalars(select(Outbox.topic)).all() == ["mail.receipt"]


def test_after_sending_nothing_changes(client: FlaskClient, session: Session, base: str) -> None:
    client.get(f"{base}/question/1")
    save(client, base, 1, 0, best="a", worst="b")
    client.get(f"{base}/review")
    client.send(f"{base}/submit")
    assert save(client, base, 1, 1, best="d", worst="b") == 409
    assert len(history(session)) == 1
    assert client.get(f"{base}/question/1").location == f"{base}/receipt"


def test_too_few_answers_are_sent_without_a_score(client: FlaskClient, session: Session, base: str) -> None:
    client.get(f"{base}/question/1")
    save(client, base, 1, 0, best="a", worst="b")
    assert "10" in client.get(f"{base}/review").text
    client.send(f"{base}/submit")
    session.rollback()
    score = session.scalars(select(Score)).one()
    assert score.score is None
    assert "incomplete" in score.flags


def test_the_receipt_names_each_answer_by_its_code(
    app: Flask, client: FlaskClient, someone: sittings.Invited, base: str
) -> None:
    client.get(f"{base}/question/1")
    save(client, base, 1, 0, best="a", worst="b")
    shown = re.search(r'<span class="code nowrap">([A-Z2-9-]{7})</span>', client.get(f"{base}/question/1").text)
    client.get(f"{base}/review")
    client.send(f"{base}/submit")
    receipt = client.get(f"{base}/receipt").text
    assert shown
    assert shown.group(1) in receipt
    other = app.test_client()
    assert other.get(someone.link).status_code == 200
    assert other.send(f"{someone.link}/start", {"me": "y"}).location == f"{base}/receipt"


def test_a_damaged_model_sends_nothing_and_keeps_everything(
    client: FlaskClient, session: Session, someone: sittings.Invited, base: str
) -> None:
    client.get(f"{base}/question/1")
    save(client, base, 1, 0, best="a", worst="b")
    session.rollback()
    model = session.get_one(ModelVersion, (someone.organisation.id, someone.vacancy.model_version_id))
    model.artefact = model.artefact[:-1] + bytes([model.artefact[-1] ^ 1])
    model.artefact_sha256 = "0" * 64
    session.commit()
    client.get(f"{base}/review")
    assert client.send(f"{base}/submit").status_code == 503
    session.rollback()
    assert session.scalars(select(Sitting.state)).all() == ["started"]
    assert session.scalar(select(func.count()).select_from(Score)) == 0
    assert present(session).value == {"best": "a", "worst": "b"}


def test_a_closed_vacancy_takes_no_more_answers(
    client: FlaskClient, session: Session, someone: sittings.Invited, base: str
) -> None:
    client.get(f"{base}/question/1")
    someone.vacancy.state = "closed"
    session.commit()
    assert save(client, base, 1, 0, best="a", worst="b") == 410
    assert present(session) is None
