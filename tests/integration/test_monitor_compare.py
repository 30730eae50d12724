"""Loyalty held against the coefficient: by unit and year, from released figures, with what few units can say."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from scoring.correlation import correlate
from tests.factories import people, rounds
from tests.factories.signing import sign_in
from webapp.records import Monitor, MonitorFigure, Organisation, RatingRound, ReleasedFigure
from webapp.records.base import now
from webapp.services.monitor import compare_coefficient
from webapp.services.monitor.unit_coefficients import YearCoefficients, read_coefficients
from webapp.services.rounds.competence_texts import CompetenceText


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def house(client: FlaskClient, session: Session) -> rounds.House:
    return rounds.house(session, sizes=(3,))


def test_the_comparison_says_that_few_units_say_nothing(
    client: FlaskClient, session: Session, house: rounds.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, house.hr)
    assert "Nothing to compare yet" in client.get("/hr/monitors/compare").get_data(as_text=True)
    units = [people.unit(session, house.company, name=f"Shop {number:02d}") for number in range(12)]
    loyal = {unit.id: 2.0 + number / 10 for number, unit in enumerate(units)}
    for year in (2030, 2031):
        released(session, house.company, year, {unit: mean + (year - 2030) / 5 for unit, mean in loyal.items()})
    few = YearCoefficients({unit.id: 3 + number**2 / 9 for number, unit in enumerate(units[:6])}, 3.4)
    many = YearCoefficients({unit.id: 3 + number**2 / 50 for number, unit in enumerate(units)}, 3.6)
    monkeypatch.setattr(compare_coefficient, "read_coefficients", lambda _s, _o, year: few if year == 2030 else many)
    page = client.get("/hr/monitors/compare").get_data(as_text=True)
    assert "Only 6 units have both figures. Nothing can be concluded from so few." in page
    whole = correlate([(loyal[unit.id] + 0.2, many.units[unit.id]) for unit in units])
    assert f"Over 12 units the correlation is {whole.r:.2f}" in page
    assert "this cannot say" in page
    assert "What changed from 2030 to 2031" in page


def released(session: Session, company: Organisation, year: int, units: dict[uuid.UUID, float]) -> None:
    row = Monitor(
        organisation_id=company.id,
        year=year,
        state="closed",
        closes_at=now(),
        opened_at=now(),
        closed_at=now(),
    )
    session.add(row)
    session.flush()
    for number, (unit, mean) in enumerate([(None, 3.0), *units.items()]):
        session.add(
            MonitorFigure(
                organisation_id=company.id,
                monitor_id=row.id,
                group_number=number,
                group_name=f"Shop {number:02d}" if unit else "",
                unit_id=unit,
                measure="all",
                mean=mean,
            )
        )
    session.commit()


def test_the_coefficients_of_a_year_are_means_of_released_figures_on_one_scale(
    session: Session, house: rounds.House
) -> None:
    unit, other = (people.unit(session, house.company).id for _each in range(2))
    given = [(2030, 2, 5, 4.0), (2030, 8, 5, 3.0), (2030, 5, 7, 6.0), (2029, 8, 5, 1.0)]
    for year, month, highest, value in given:
        row = released_round(session, house, year, month, highest)
        for level, where, state, shown in (
            ("whole", None, "released", value - 0.5),
            ("unit", unit, "released", value),
            ("unit", other, "few", None),
            ("person", unit, "released", 5.0),
        ):
            person = house.staff[0].id if level == "person" else None
            session.add(
                ReleasedFigure(
                    organisation_id=house.company.id,
                    round_id=row.id,
                    level=level,
                    unit_id=where,
                    staff_member_id=person,
                    state=state,
                    value=shown,
                )
            )
    session.commit()
    found = read_coefficients(session, house.company.id, 2030)
    assert (found.units, found.company) == ({unit: 3.5}, 3.0)
    assert read_coefficients(session, house.company.id, 2031) == YearCoefficients()


def released_round(session: Session, house: rounds.House, year: int, month: int, highest: int) -> RatingRound:
    day = dt.datetime(year, month, 1, tzinfo=dt.UTC)
    row = RatingRound(
        organisation_id=house.company.id,
        title="R",
        state="released",
        competences=[CompetenceText("needs", {"en": "N"}, {"en": "n"}, maximum=highest).plain()],
        opens_at=day,
        closes_at=day + dt.timedelta(days=9),
        opened_at=day,
        closed_at=day + dt.timedelta(days=9),
        released_at=day + dt.timedelta(days=10),
    )
    session.add(row)
    session.flush()
    return row
