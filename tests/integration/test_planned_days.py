"""A day beyond the calendar's end, or far from today, is refused by every form that plans with days."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import monitors, panels, rounds
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.records.base import now

pytestmark = SQLITE
FAR = ("9999-12-31", "9999-12-30", "2199-01-01", "0001-01-01")
WORDS = "within five years of today"


def refused(client: FlaskClient, address: str, form: dict[str, object]) -> None:
    for day in FAR:
        page = client.send(address, {**form, "closes_on": day})  # type: ignore[attr-defined]
        assert page.status_code == 400, (address, day, page.status_code)
        assert WORDS in page.get_data(as_text=True), (address, day)


@pytest.fixture
def house(client: FlaskClient, session: Session) -> rounds.House:
    house = rounds.house(session)
    sign_in(client, house.hr)
    client.get("/hr/rounds/new")
    return house


def test_a_round_on_a_far_day(client: FlaskClient, session: Session, settings: Settings, house: rounds.House) -> None:
    today = now().date().isoformat()
    form = {"title": "T", "kind": "regular", "opens_on": today, "competences": "needs", "repeat_months": "0"}
    refused(client, "/hr/rounds/new", form)
    refused(client, "/hr/rounds/new", form | {"opens_on": "9999-12-31"})
    row = rounds.opened(session, house, settings)
    refused(client, f"/hr/rounds/{row.id}/last-day", {})


@pytest.mark.parametrize(
    "crafted", [{"reminder_days": "soon"}, {"reminder_days": "99"}, {"repeat_months": "x"}, {"repeat_months": "5"}]
)
def test_a_choice_that_was_not_offered_is_refused_in_the_sites_own_words(
    client: FlaskClient, house: rounds.House, crafted: dict[str, str]
) -> None:
    today = now().date().isoformat()
    form = {"title": "T", "kind": "regular", "opens_on": today, "closes_on": today, "competences": "needs"}
    page = client.send("/hr/rounds/new", {**form, "repeat_months": "0", **crafted})  # type: ignore[attr-defined]
    text = page.get_data(as_text=True)
    assert page.status_code == 400
    assert "Choose from what is offered." in text
    assert "coerce" not in text


def test_a_monitor_on_a_far_day(client: FlaskClient, session: Session, settings: Settings, house: rounds.House) -> None:
    refused(client, "/hr/monitors/new", {"year": str(now().year)})
    row = monitors.opened(session, house, settings)
    refused(client, f"/hr/monitors/{row.id}/last-day", {})


def test_a_panel_on_a_far_day(client: FlaskClient, session: Session) -> None:
    firm = panels.firm(session)
    sign_in(client, firm.hr)
    client.get("/hr/panels/new")
    row = panels.panel(session, firm)
    form = {"questionnaire": str(row.questionnaire_id), "title": "T", "widest_spread": "1.0"}
    refused(client, "/hr/panels/new", form)
    refused(client, f"/hr/panels/{row.id}/last-day", {})
    near = client.send(f"/hr/panels/{row.id}/last-day", {"closes_on": now().date() + dt.timedelta(days=3)})  # type: ignore[attr-defined]
    assert near.status_code == 302
