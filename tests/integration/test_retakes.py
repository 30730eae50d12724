"""Taking the questionnaire again: waiting, using an earlier result, the other form, exceptions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import people, results, sittings
from tests.factories.desk import page_of
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.errors import Conflict, Invalid
from webapp.records import (
    Answer,
    AnswerRevision,
    Applicant,
    Event,
    ModelVersion,
    Outbox,
    ResultReuse,
    RetakeException,
    Score,
    Sitting,
)
from webapp.records.base import now
from webapp.services.acknowledge import receipt_lines
from webapp.services.erasure.erase_applicants import erase_applicants
from webapp.services.retakes import RetakePolicy, retake_policy, set_retake_policy
from webapp.services.retaking.allow_retake import allow_retake, held_back
from webapp.services.retaking.standing import standing_of

Pair = tuple[sittings.Invited, sittings.Invited]


def again(session: Session, first: sittings.Invited, **values: Any) -> sittings.Invited:
    """The same person invited to a further vacancy of the same company."""
    model = session.get_one(ModelVersion, (first.organisation.id, first.vacancy.model_version_id))
    place = type(first.vacancy)(
        organisation_id=first.organisation.id,
        **{
            "title": "Team lead",
            "questionnaire_id": model.questionnaire_id,
            "form": model.form,
            "model_version_id": model.id,
            "languages": [],
        }
        | values,
    )
    session.add(place)
    session.flush()
    second = sittings.invited(session, place)
    second.applicant.email = first.applicant.email
    session.commit()
    return second


@pytest.fixture
def pair(session: Session) -> Pair:
    """Somebody who sent the answers a month ago and is invited to a second vacancy now."""
    first = sittings.invited(session)
    results.sent(session, first, days_ago=30)
    return first, again(session, first)


def fresh(session: Session) -> Session:
    session.rollback()
    session.expire_all()
    return session


def of(session: Session, applicant: Applicant) -> Sitting | None:
    return fresh(session).scalar(select(Sitting).where(Sitting.applicant_id == applicant.id))


def reuse(client: Any, second: sittings.Invited, **form: str) -> Any:
    client.get(second.link)
    return client.send(f"{second.link}/reuse", form)


def test_an_earlier_result_serves_at_its_owners_word(client: FlaskClient, session: Session, pair: Pair) -> None:
    first, second = pair
    page = client.get(second.link).text
    assert "Use my result of" in page
    assert f"{second.link}/start" not in page
    assert reuse(client, second).location == f"{second.link}?agree=missing"
    assert "Tick the box" in client.get(f"{second.link}?agree=missing").text
    assert of(session, second.applicant) is None
    answer = reuse(client, second, agree="y")
    assert answer.location.endswith("/receipt")
    assert client.get(answer.location).status_code == 200
    copy, earlier = of(session, second.applicant), of(session, first.applicant)
    assert copy
    assert earlier
    assert (copy.state, copy.form, copy.seed, copy.language) == ("submitted", earlier.form, earlier.seed, "en")
    row = session.scalars(select(ResultReuse)).one()
    assert (row.applicant_id, row.sitting_id, row.taken_at) == (second.applicant.id, copy.id, earlier.submitted_at)
    scores = {score.applicant_id: score for score in session.scalars(select(Score))}
    mine, before = scores[second.applicant.id], scores[first.applicant.id]
    assert (mine.score, mine.answers_hash) == (before.score, before.answers_hash)
    assert (mine.vacancy_id, mine.flags) == (second.vacancy.id, ["reused"])
    assert session.get_one(Applicant, (copy.organisation_id, copy.applicant_id)).state == "done"
    assert {"sitting_id": str(copy.id)} in session.scalars(select(Outbox.payload)).all()
    event = session.scalars(select(Event).where(Event.action == "result.reused")).one()
    assert event.detail == {"taken": row.taken_at.date().isoformat()}
    lines = receipt_lines(session, copy.organisation_id, copy.id, "test-secret")
    assert all(line.code and line.answered for line in lines)


@SQLITE
def test_a_second_press_hands_in_nothing_more(client: FlaskClient, session: Session, pair: Pair) -> None:
    assert reuse(client, pair[1], agree="y").location == reuse(client, pair[1], agree="y").location
    assert len(fresh(session).scalars(select(ResultReuse)).all()) == 1


@SQLITE
def test_recruiters_see_what_it_is(client: FlaskClient, session: Session, pair: Pair) -> None:
    reuse(client, pair[1], agree="y")
    user = people.user(session, pair[0].organisation, "recruiter")
    session.commit()
    sign_in(client, user)
    assert "An earlier result, reused with consent" in client.get(f"/vacancies/{pair[1].vacancy.id}").text
    page = client.get(page_of(pair[1].applicant)).text
    assert "reused with consent" in page
    assert "Result of" in page


def test_the_copy_outlives_what_it_was_copied_from_and_goes_with_its_owner(
    client: FlaskClient, session: Session, settings: Settings, pair: Pair
) -> None:
    first, second = pair
    reuse(client, second, agree="y")
    fresh(session)
    erase_applicants(session, first.organisation.id, [first.applicant.id], settings, "asked")
    session.commit()
    assert of(session, second.applicant) is not None
    assert len(session.scalars(select(Answer)).all()) == 24
    erase_applicants(session, first.organisation.id, [second.applicant.id], settings, "asked")
    session.commit()
    for table in (ResultReuse, Sitting, Answer, AnswerRevision, Score):
        assert session.scalars(select(table)).all() == []


@pytest.mark.parametrize("change", ["no reuse", "other form", "other version"])
@SQLITE
def test_what_cannot_be_reused_says_from_when_a_new_sitting_is_possible(
    client: FlaskClient, session: Session, pair: Pair, change: str
) -> None:
    first, second = pair
    if change == "no reuse":
        first.organisation.settings = {"retakes": {"reuse": False}}
    if change == "other form":
        session.scalars(select(Sitting)).one().form = "B"
    if change == "other version":
        other = sittings.vacancy(session, first.organisation, _version("1.0.0"))
        second.vacancy.questionnaire_id = other.questionnaire_id
        second.vacancy.model_version_id = other.model_version_id
    session.commit()
    page = client.get(second.link)
    assert page.status_code == 200
    assert "You can take the questionnaire again from" in page.text
    assert "Use my result" not in page.text
    assert reuse(client, second, agree="y").status_code == 409
    assert client.send(f"{second.link}/start").status_code == 409  # type: ignore[attr-defined]
    assert of(session, second.applicant) is None


def _version(version: str) -> Any:
    from questionnaires import shelf

    return shelf.get("customer-orientation", version)


@pytest.mark.parametrize("change", ["interval over", "incomplete", "other company", "other address", "withdrawn"])
@SQLITE
def test_who_is_not_held_back(client: FlaskClient, session: Session, change: str) -> None:
    first = sittings.invited(session)
    days = 181 if change == "interval over" else 30
    earlier = results.sent(session, first, days_ago=days, share=0.5 if change == "incomplete" else 1.0)
    second = again(session, first)
    if change == "withdrawn":
        earlier.state, earlier.submitted_at = "withdrawn", None
    if change == "other address":
        second.applicant.email = "somebody.else@example.org"
    if change == "other company":
        second = sittings.invited(session)
        second.applicant.email = first.applicant.email
    session.commit()
    client.get(second.link)
    assert client.send(f"{second.link}/start").status_code == 302  # type: ignore[attr-defined]
    row = of(session, second.applicant)
    assert row is not None
    assert row.form == ("B" if change == "interval over" else "A"), "the other form, where it was seen before"


@SQLITE
def test_the_other_form_is_scored_by_the_key_and_says_so(client: FlaskClient, session: Session) -> None:
    first = sittings.invited(session)
    results.sent(session, first, days_ago=200)
    second = again(session, first)
    results.sent(session, second, form="B")
    score = session.scalars(select(Score).where(Score.applicant_id == second.applicant.id)).one()
    assert score.score == pytest.approx(1.0)
    assert score.flags == ["other_form"]
    client.get(second.link)
    receipt = client.send(f"{second.link}/start", {"me": "y"}).location  # type: ignore[attr-defined]
    assert receipt.endswith("/receipt")
    for page in ("receipt", "feedback", "explain"):
        assert client.get(receipt.removesuffix("receipt") + page).status_code == 200, page


def test_a_reused_result_does_not_start_the_interval_again(client: FlaskClient, session: Session) -> None:
    first = sittings.invited(session)
    results.sent(session, first, days_ago=170)
    reuse(client, again(session, first), agree="y")
    third = again(session, first)
    standing = standing_of(fresh(session), third.vacancy, third.applicant)
    assert standing.latest is not None
    assert standing.again_from is not None
    assert standing.again_from - now() < dt.timedelta(days=11)


@SQLITE
def test_two_starts_at_once_do_not_get_round_the_interval(client: FlaskClient, session: Session) -> None:
    first = sittings.invited(session)
    second = again(session, first)
    client.get(second.link)
    client.send(f"{second.link}/start")  # type: ignore[attr-defined]
    row = of(session, second.applicant)
    assert row is not None
    client.get(f"/sitting/{row.id}/language")
    client.send(f"/sitting/{row.id}/language", {"language": "en"})  # type: ignore[attr-defined]
    client.get(f"/sitting/{row.id}/notice")
    results.sent(fresh(session), first)
    assert client.send(f"/sitting/{row.id}/notice", {"agree": "y"}).status_code == 409  # type: ignore[attr-defined]
    assert reuse(client, second, agree="y").status_code == 302, "the empty sitting is taken for the copy"
    assert of(session, second.applicant).state == "submitted"  # type: ignore[union-attr]


def test_hr_makes_an_exception_with_a_reason(client: FlaskClient, session: Session, pair: Pair) -> None:
    _first, second = pair
    hr = people.user(session, second.organisation, "hr")
    session.commit()
    assert [each.applicant.id for each in held_back(session, second.organisation.id)] == [second.applicant.id]
    with pytest.raises(Invalid):
        allow_retake(session, second.organisation.id, second.applicant.id, " short ", user_id=hr.id)
    reason = "The alarm went off in the middle of it."
    for _each in range(2):
        allow_retake(session, second.organisation.id, second.applicant.id, reason, user_id=hr.id)
    session.commit()
    assert session.scalars(select(RetakeException.reason)).all() == [reason]
    event = session.scalars(select(Event).where(Event.action == "retake.allowed")).one()
    assert (event.user_id, event.detail) == (hr.id, {})
    assert held_back(session, second.organisation.id) == []
    client.get(second.link)
    assert client.send(f"{second.link}/start").status_code == 302  # type: ignore[attr-defined]
    assert of(session, second.applicant).form == "B"  # type: ignore[union-attr]


@SQLITE
def test_an_exception_for_nobody_held_back_is_refused(session: Session) -> None:
    someone = sittings.invited(session)
    hr = people.user(session, someone.organisation, "hr")
    with pytest.raises(Conflict):
        allow_retake(session, someone.organisation.id, someone.applicant.id, "A reason long enough", user_id=hr.id)


@pytest.mark.parametrize("days", [0, -1, 731])
@SQLITE
def test_a_policy_that_makes_no_sense_is_refused(session: Session, days: int) -> None:
    owner = people.organisation(session)
    hr = people.user(session, owner, "hr")
    with pytest.raises(Invalid):
        set_retake_policy(session, owner.id, RetakePolicy(days, True), user_id=hr.id)
    assert retake_policy(owner) == RetakePolicy(180, True)


@SQLITE
def test_a_change_of_the_policy_is_written_down(session: Session) -> None:
    owner = people.organisation(session, settings={"retention_months": 6})
    hr = people.user(session, owner, "hr")
    for _each in range(2):
        set_retake_policy(session, owner.id, RetakePolicy(90, False), user_id=hr.id)
    session.commit()
    assert owner.settings == {"retention_months": 6, "retakes": {"interval_days": 90, "reuse": False}}
    event = session.scalars(select(Event).where(Event.action == "retake_policy.changed")).one()
    assert event.detail["before"] == {"interval_days": 180, "reuse": True}
