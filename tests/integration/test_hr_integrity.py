"""HR's pages of integrity: the policy, exceptions, reminders, and how often questions were seen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import people, results, sittings
from tests.factories.signing import sign_in
from tests.integration.test_retakes import again
from webapp.records import Answer, Event, ImportBatch, ItemExposure, Organisation, ResultReuse, RetakeException, Sitting
from webapp.records.base import now
from webapp.services.exposure import count_exposure, months_back, months_to_count, read_exposure

Desk = tuple[Any, sittings.Invited, sittings.Invited]


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> Desk:
    """HR at work; somebody sent the answers a month ago and is invited to a second vacancy."""
    first = sittings.invited(session)
    results.sent(session, first, days_ago=30)
    second = again(session, first)
    user = people.user(session, first.organisation, "hr")
    session.commit()
    sign_in(client, user)
    return client, first, second


def settings_of(session: Session, someone: sittings.Invited) -> dict[str, Any]:
    session.rollback()
    session.expire_all()
    return session.get_one(Organisation, someone.organisation.id).settings


@SQLITE
def test_the_policy_is_set_on_its_page(desk: Desk, session: Session) -> None:
    client, first, _second = desk
    assert 'value="180"' in client.get("/hr/retakes").text
    assert client.send("/hr/retakes", {"interval_days": "90"}).status_code == 302
    assert settings_of(session, first)["retakes"] == {"interval_days": 90, "reuse": False}
    for wrong in ("", "0", "731", "-5", "1e3", "many", "99999999999999999999"):
        assert client.send("/hr/retakes", {"interval_days": wrong, "reuse": "y"}).status_code == 400
    assert settings_of(session, first)["retakes"] == {"interval_days": 90, "reuse": False}


@SQLITE
def test_an_exception_is_made_on_its_page(desk: Desk, session: Session) -> None:
    client, first, second = desk
    assert "may be used, if they agree" in client.get("/hr/retakes").text
    page = f"/hr/retakes/{second.applicant.id}"
    client.get(page)
    assert client.send(page, {"reason": "short"}).status_code == 400
    assert client.send(page, {"reason": "The power failed in the middle."}).status_code == 302
    session.rollback()
    assert session.scalars(select(RetakeException.applicant_id)).all() == [second.applicant.id]
    assert "Nobody has to wait" in client.get("/hr/retakes").text
    client.get(f"/hr/retakes/{first.applicant.id}")
    assert "Nothing holds this person back" in client.last_page
    assert client.send(f"/hr/retakes/{first.applicant.id}", {"reason": "No reason at all."}).status_code == 409


@SQLITE
def test_reminders_are_set_on_their_page(desk: Desk, session: Session) -> None:
    client, first, _second = desk
    client.get("/hr/reminders")
    sent = {"after_days": "7", "before_days": "2", "at_most": "1"}
    assert client.send("/hr/reminders", sent).status_code == 302
    assert settings_of(session, first)["reminders"] == {"after_days": 7, "before_days": 2, "at_most": 1}
    for wrong in ({"after_days": "0"}, {"after_days": "61"}, {"before_days": "31"}, {"at_most": "9"}, {"at_most": ""}):
        assert client.send("/hr/reminders", sent | wrong).status_code == 400
    assert settings_of(session, first)["reminders"]["after_days"] == 7
    changes = session.scalars(select(Event.action).where(Event.action == "reminder_policy.changed")).all()
    assert len(changes) == 1


@SQLITE
def test_recruiters_change_none_of_it(client: FlaskClient, session: Session) -> None:
    someone = sittings.invited(session)
    user = people.user(session, someone.organisation, "recruiter")
    session.commit()
    sign_in(client, user)
    for page in ("retakes", f"retakes/{someone.applicant.id}", "reminders", "exposure", "confirmations"):
        assert client.get(f"/hr/{page}").status_code == 403
        client.get("/vacancies/new")
        assert client.send(f"/hr/{page}").status_code in (403, 405)  # type: ignore[attr-defined]


# --- questions seen


def counts(session: Session) -> dict[str, int]:
    session.commit()
    count_exposure(session)
    session.commit()
    found: dict[str, int] = {}
    for row in session.scalars(select(ItemExposure)):
        found[row.item_id] = found.get(row.item_id, 0) + row.sittings
    return found


def test_a_question_counts_once_for_each_sitting_that_showed_it(session: Session) -> None:
    place = sittings.vacancy(session, people.organisation(session))
    results.sent(session, sittings.invited(session, place))
    half = results.sitting(session, place, sittings.invited(session, place).applicant, share=0.5, language="lt")
    skipped = session.scalars(select(Answer).where(Answer.sitting_id == half.id)).first()
    assert skipped is not None
    skipped.value, skipped.skipped = None, True
    found = counts(session)
    assert sorted(found.values()) == [1] * 12 + [2] * 12
    assert counts(session) == found, "counting again counts nothing twice"
    assert {row.language for row in session.scalars(select(ItemExposure))} == {"en", "lt"}
    (form,) = read_exposure(session, place.organisation_id, "en")
    assert (form.form, form.most, form.least, len(form.items)) == ("A", 2, 1, 24)
    assert form.items[0].languages == {"en": 1, "lt": 1}
    assert form.items[0].title


@pytest.mark.parametrize("change", ["reused", "imported", "two months old"])
@SQLITE
def test_what_was_shown_elsewhere_or_long_ago_is_not_counted_now(session: Session, change: str) -> None:
    someone = sittings.invited(session)
    row = results.sent(session, someone)
    owner = row.organisation_id
    if change == "reused":
        session.add(
            ResultReuse(
                organisation_id=owner,
                applicant_id=someone.applicant.id,
                sitting_id=row.id,
                taken_at=now(),
                consented_at=now(),
            )
        )
    if change == "imported":
        batch = ImportBatch(
            organisation_id=owner, kind="answers", file_name="a.csv", file_sha256="0" * 64, state="previewed"
        )
        session.add(batch)
        session.flush()
        row.batch_id = batch.id
    if change == "two months old":
        row.created_at = now() - dt.timedelta(days=63)
    assert counts(session) == {}


@SQLITE
def test_erasing_answers_makes_no_question_unseen(session: Session) -> None:
    someone = sittings.invited(session)
    results.sent(session, someone)
    before = counts(session)
    for answer in session.scalars(select(Answer)):
        session.delete(answer)
    assert counts(session) == before
    assert len(before) == 24


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (dt.datetime(2031, 1, 31, 23, tzinfo=dt.UTC), ["2030-12-01", "2031-01-01", "2031-02-01"]),
        (dt.datetime(2032, 3, 1, tzinfo=dt.UTC), ["2032-02-01", "2032-03-01", "2032-04-01"]),
        (dt.datetime(2031, 12, 15, tzinfo=dt.UTC), ["2031-11-01", "2031-12-01", "2032-01-01"]),
    ],
)
def test_months_have_their_ends(moment: dt.datetime, expected: list[str]) -> None:
    (first, middle), (again_middle, last) = months_to_count(moment)
    assert middle == again_middle
    assert [f"{each:%Y-%m-%d}" for each in (first, middle, last)] == expected
    assert months_back(moment, 2) == f"{(first - dt.timedelta(days=1)):%Y-%m}"


@SQLITE
def test_the_page_shows_the_counts(desk: Desk, session: Session) -> None:
    client, _first, _second = desk
    assert "Nothing was counted yet" in client.get("/hr/exposure").text
    session.scalars(select(Sitting)).one()
    counts(session)
    page = client.get("/hr/exposure").text
    assert "Each question was shown in 1 sitting." in page
    assert "form A" in page
