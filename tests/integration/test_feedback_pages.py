"""What people are told about their answers, when, and what not before the vacancy has closed."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import sittings, submitted
from tests.factories.submitted import ITEMS, answers_by_key, close, hold
from webapp.records import Organisation
from webapp.services.feedback.policy import SHOWN

# What is told rests on answers and models, not on the kind of database; test_rights_... runs on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BANDS = ("A strong point", "A solid basis", "Room to grow")
WORDS = ("helped", "held back")


def set_shown(session: Session, organisation: Organisation, shown: str) -> None:
    organisation.settings = {"rights": {"shown": shown}}
    session.commit()


def bare(text: str) -> str:
    """A page without what differs between any two sittings: ids, tokens, nonces."""
    text = re.sub(r'nonce="[^"]+"|value="[^"]{40,}"', "", text)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", text)


@pytest.fixture
def two(session: Session) -> tuple[submitted.Submitted, submitted.Submitted]:
    """Two people of one vacancy with a trained model, one as the key has it and one the other way round."""
    first = sittings.invited(session)
    submitted.trained_vacancy(session, first.vacancy)
    session.commit()
    second = sittings.invited(session, first.vacancy)
    return (
        submitted.submitted(session, first, answers_by_key(best=True)),
        submitted.submitted(session, second, answers_by_key(best=False)),
    )


@pytest.mark.parametrize("page", ["feedback", "explain"])
def test_before_the_close_the_pages_tell_nothing_that_depends_on_the_chosen_actions(
    client: FlaskClient, two: tuple[submitted.Submitted, submitted.Submitted], page: str
) -> None:
    good, bad = (client.get(f"{hold(client, one)}/{page}") for one in two)
    assert good.status_code == bad.status_code == 200
    assert bare(good.text) == bare(bad.text)
    assert not any(word in good.text for word in BANDS)
    if page == "explain":
        assert sum(int(part) for part in re.findall(r"<span>(\d+)%</span>", good.text)) == 100


def test_after_the_close_feedback_is_told_strengths_first(
    client: FlaskClient, session: Session, two: tuple[submitted.Submitted, submitted.Submitted]
) -> None:
    close(session, two[0].someone.vacancy)
    good, bad = (client.get(f"{hold(client, one)}/feedback").text for one in two)
    assert "A strong point" in good
    assert "Room to grow" in bad
    places = [[BANDS.index(word) for word in re.findall("|".join(BANDS), part)] for part in by_topic(good, bad)]
    assert all(each == sorted(each) for each in places)
    assert "How sure is this?" in good


def by_topic(*pages: str) -> list[str]:
    return [page.split("By topic", 1)[-1].split("How sure", 1)[0] for page in pages if "By topic" in page]


def test_after_the_close_every_situation_has_a_word_and_the_groups_sum_to_the_result(
    client: FlaskClient, session: Session, two: tuple[submitted.Submitted, submitted.Submitted]
) -> None:
    close(session, two[0].someone.vacancy)
    page = client.get(f"{hold(client, two[0])}/explain").text
    assert len(re.findall(r"<li>\d+\. ", page)) == len(ITEMS)
    assert page.count('class="moved"') == 8
    assert "helped much" in page
    assert "Compared with the average of the company’s staff" in page


def test_the_key_alone_is_no_measure_of_where_somebody_stands(client: FlaskClient, session: Session) -> None:
    one = submitted.submitted(session)
    close(session, one.someone.vacancy)
    base = hold(client, one)
    page = client.get(f"{base}/feedback").text
    assert "No results of staff are known here" in page
    assert not any(word in page.split("What it means")[0] for word in BANDS)
    assert "somebody who answers at random" in client.get(f"{base}/explain").text


def test_too_few_answers_have_no_result_to_explain(client: FlaskClient, session: Session) -> None:
    few = dict(list(answers_by_key(best=True).items())[:10])
    one = submitted.submitted(session, answers=few)
    close(session, one.someone.vacancy)
    base = hold(client, one)
    assert "You answered too few situations for a result" in client.get(f"{base}/explain").text
    assert client.get(f"{base}/feedback").status_code == 200


@pytest.mark.parametrize("shown", SHOWN)
def test_a_company_decides_when_feedback_is_shown(
    client: FlaskClient, session: Session, two: tuple[submitted.Submitted, submitted.Submitted], shown: str
) -> None:
    set_shown(session, two[0].someone.organisation, shown)
    page = client.get(f"{hold(client, two[0])}/feedback").text
    assert ("A strong point" in page.split("What it means")[0]) == (shown == "with_bands")
    assert ("shows feedback once the vacancy has closed" in page) == (shown == "after_close")


def test_bands_at_once_are_for_people_invited_by_name(
    client: FlaskClient, session: Session, two: tuple[submitted.Submitted, submitted.Submitted]
) -> None:
    two[0].someone.applicant.source = "public"
    set_shown(session, two[0].someone.organisation, "with_bands")
    assert "A strong point" not in client.get(f"{hold(client, two[0])}/feedback").text.split("What it means")[0]


@pytest.mark.parametrize("language", ["en", "ru", "lt"])
def test_feedback_is_in_the_persons_language(client: FlaskClient, session: Session, language: str) -> None:
    one = sittings.invited(session)
    submitted.trained_vacancy(session, one.vacancy)
    session.commit()
    sent = submitted.submitted(session, one, language=language)
    close(session, one.vacancy)
    page = client.get(f"{hold(client, sent)}/feedback").text
    assert f'lang="{language}"' in page
    assert {"en": "A strong point", "ru": "Сильная сторона", "lt": "Stiprioji pusė"}[language] in page


def test_nothing_is_told_before_the_submit(client: FlaskClient, session: Session) -> None:
    base = sittings.walk_in(client, sittings.invited(session))
    for page in ("feedback", "explain", "ask"):
        assert client.get(f"{base}/{page}").status_code == 302
