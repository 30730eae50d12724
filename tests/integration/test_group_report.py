"""Reports about applicants' groups: what they say, and that no difference of two tells of one person."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, sittings
from tests.factories.groups import SECRET, crowd, hire, tell
from webapp.config import Settings
from webapp.extensions import db
from webapp.records import Applicant, GroupBlock, Job, Organisation, Vacancy, Withdrawal
from webapp.records.base import now
from webapp.services.demographics.keep_report import Overtaken, keep_report
from webapp.services.demographics.make_report import compute_report
from webapp.services.demographics.policy import set_demographic_policy
from webapp.services.demographics.scope import Scope
from webapp.services.erasure.erase_applicants import erase_applicants

SEXES = ("female", "male")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def company(session: Session) -> Organisation:
    return people.organisation(session, country="US")


def another(session: Session, place: Vacancy, title: str, state: str = "open") -> Vacancy:
    row = Vacancy(
        organisation_id=place.organisation_id,
        title=title,
        questionnaire_id=place.questionnaire_id,
        form=place.form,
        model_version_id=place.model_version_id,
        languages=[],
        state=state,
        closed_at=now() if state == "closed" else None,
    )
    session.add(row)
    session.flush()
    return row


def close(place: Vacancy) -> None:
    place.state, place.closed_at = "closed", now()


def report(session: Session, owner: Organisation, scope: Scope | None = None) -> dict[str, Any]:
    session.flush()
    found = compute_report(session, owner.id, scope or Scope(), SECRET, lambda _stage, _part: None)
    job = Job(organisation_id=owner.id, kind="groups")
    session.add(job)
    session.flush()
    keep_report(session, job, found.material, found.figures, found.state)
    session.flush()
    return found.figures


def rates(stage: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {row["group"]: (row["n"], row["selected"]) for row in stage["impact"]["against_highest"]}


def of(figures: dict[str, Any], attribute: str = "sex") -> dict[str, Any]:
    found: dict[str, Any] = figures["attributes"][attribute]
    return found


def test_who_was_turned_down_stays_and_who_left_does_not(session: Session, company: Organisation) -> None:
    place = sittings.vacancy(session, company, state="closed", closed_at=now())
    crew = crowd(session, place, 120, sex=SEXES)
    hire(session, place, crew[:15])
    for person in crew[-2:]:
        session.add(Withdrawal(organisation_id=company.id, applicant_id=person, state_before="done", until=now()))
    figures = report(session, company)
    assert (figures["invited"], figures["left"], figures["counted"], figures["hired"]) == (120, 2, 118, 15)
    assert rates(of(figures)["stages"]["hired"]) == {"female": (59, 8), "male": (59, 7)}
    assert rates(of(figures)["stages"]["top_33"]) == {"female": (59, 20), "male": (59, 19)}
    (row,) = [row for row in of(figures)["stages"]["hired"]["impact"]["against_highest"] if row["group"] == "male"]
    assert row["ratio"] == pytest.approx(7 / 8)
    assert row["finding"] == "not_below_four_fifths"
    assert row["interval_holds_line"]
    assert of(figures)["not_told"] == 0
    assert set(rates(figures["language"]["stages"]["top_33"])) == {"en", "lt"}
    assert report(session, people.organisation(session))["counted"] == 0


def test_few_are_told_nothing_of(session: Session, company: Organisation) -> None:
    place = sittings.vacancy(session, company, state="closed", closed_at=now())
    crew = crowd(session, place, 60, sex=(*["female", "male"] * 7, None))
    tell(session, company.id, crew[14], "sex", "another")
    hire(session, place, crew[:9])
    sex = of(report(session, company))
    assert {row["category"] for row in sex["categories"]} == {"female", "male"}
    assert sex["some_hidden"]
    assert sex["not_told"] is None
    assert sex["stages"]["hired"] == {"absent": "few"}
    assert sex["stages"]["top_10"] == {"absent": "few"}
    assert "impact" in sex["stages"]["top_33"]


def test_a_small_open_vacancy_waits_and_small_closed_ones_are_counted_together(
    session: Session, company: Organisation
) -> None:
    first = sittings.vacancy(session, company, state="closed", closed_at=now())
    crowd(session, first, 8, sex=SEXES)
    crowd(session, another(session, first, "Second", "closed"), 8, sex=SEXES)
    crowd(session, another(session, first, "Third", "closed"), 8, sex=SEXES)
    crowd(session, another(session, first, "Open"), 8, sex=SEXES)
    figures = report(session, company)
    assert {row["category"]: row["n"] for row in of(figures)["categories"]} == {"female": 12, "male": 12}
    assert of(figures)["not_told"] == 8
    assert of(report(session, company, Scope("vacancy", vacancy_id=first.id)))["categories"] == []


def test_one_more_person_changes_nothing_and_ten_do(session: Session, company: Organisation) -> None:
    place = sittings.vacancy(session, company)
    crew = crowd(session, place, 60, sex=SEXES)
    before = of(report(session, company))
    block = session.scalars(select(GroupBlock).where(GroupBlock.attribute == "sex")).one()
    sealed = bytes(block.sealed)
    assert not [person for person in crew if person.bytes[:8] in sealed]
    tell(session, company.id, crew[0], "sex", "male")
    crowd(session, place, 1, sex=["female"])
    again = of(report(session, company))
    assert bytes(block.sealed) != sealed
    assert again["categories"] == before["categories"]
    assert again["stages"] == before["stages"]
    crowd(session, place, 60, sex=SEXES)
    assert sum(row["n"] for row in of(report(session, company))["categories"]) == 121


def test_one_hire_more_is_not_told(session: Session, company: Organisation) -> None:
    place = sittings.vacancy(session, company, state="closed", closed_at=now())
    crew = crowd(session, place, 100, sex=SEXES)
    hire(session, place, crew[:12])
    before = of(report(session, company))["stages"]["hired"]
    hire(session, place, crew[12:13])
    assert of(report(session, company))["stages"]["hired"] == before
    hire(session, place, crew[13:22])
    assert rates(of(report(session, company))["stages"]["hired"]) == {"female": (50, 11), "male": (50, 11)}


def test_the_rest_of_two_reports_is_never_about_few(session: Session, company: Organisation) -> None:
    """A year less one of its two vacancies would leave three men."""
    first = sittings.vacancy(session, company)
    crowd(session, first, 60, sex=SEXES)
    crowd(session, another(session, first, "Second"), 33, sex=(*["female"] * 10, "male"))
    whole = of(report(session, company))
    assert {row["category"]: row["n"] for row in whole["categories"]} == {"female": 60, "male": 33}
    single = of(report(session, company, Scope("vacancy", vacancy_id=first.id)))
    assert [row["category"] for row in single["categories"]] == ["female"]
    assert all("absent" in stage for stage in single["stages"].values())


def test_the_other_way_round_the_whole_is_what_waits(session: Session, company: Organisation) -> None:
    first = sittings.vacancy(session, company)
    crowd(session, first, 60, sex=SEXES)
    crowd(session, another(session, first, "Second"), 33, sex=(*["female"] * 10, "male"))
    single = of(report(session, company, Scope("vacancy", vacancy_id=first.id)))
    assert {row["category"]: row["n"] for row in single["categories"]} == {"female": 30, "male": 30}
    assert [row["category"] for row in of(report(session, company))["categories"]] == ["female"]


def test_nobody_is_told_by_being_erased(
    app: Flask, session: Session, settings: Settings, company: Organisation
) -> None:
    place = sittings.vacancy(session, company)
    crew = crowd(session, place, 120, sex=SEXES)
    report(session, company)
    session.commit()
    with app.test_request_context("/"), db.scope(), db.transaction() as writing:
        erase_applicants(writing, company.id, crew[100:101], settings, "asked")
    after = of(report(session, company))
    assert sum(row["n"] for row in after["categories"]) == 110
    assert session.scalars(select(GroupBlock.people).where(GroupBlock.attribute == "sex")).one() == 110
    assert session.get(Applicant, (company.id, crew[100])) is None


def test_a_report_that_was_overtaken_is_not_kept(session: Session, company: Organisation) -> None:
    place = sittings.vacancy(session, company)
    crowd(session, place, 60, sex=SEXES)
    late = compute_report(session, company.id, Scope(), SECRET, lambda _stage, _part: None)
    report(session, company)
    job = Job(organisation_id=company.id, kind="groups")
    session.add(job)
    session.flush()
    with pytest.raises(Overtaken):
        keep_report(session, job, late.material, late.figures, late.state)


def test_new_york_tables_with_both_together(session: Session, company: Organisation) -> None:
    place = sittings.vacancy(session, company, state="closed", closed_at=now())
    me = people.user(session, company, "hr")
    basis = "EEO monitoring; checked by counsel on paper."
    set_demographic_policy(
        session, company.id, ["sex", "race_ethnicity"], "US-NYC", basis, confirmed=True, user_id=me.id
    )
    races = ("white", "white", "black", "black", "asian", "asian", None, None)
    crew = crowd(session, place, 320, sex=SEXES, race_ethnicity=races)
    tell(session, company.id, crew[6], "race_ethnicity", "native")
    hire(session, place, crew[:100:2])
    tables = report(session, company)["local_law_144"]
    assert tables["applies"]
    scoring = tables["scoring_rate"]
    assert scoring["whole"]["n"] == 320
    assert {row["name"] for row in scoring["race_ethnicity"]["rows"]} == {"white", "black", "asian"}
    assert scoring["race_ethnicity"]["unknown"] == 80
    both = {row["name"]: row for row in scoring["sex_and_race"]["rows"]}
    assert set(both) == {f"{sex} / {race}" for sex in SEXES for race in ("white", "black", "asian")}
    assert both["female / white"]["n"] == 40
    assert sum(row["above"] for row in scoring["sex"]["rows"]) == 160
    # Every second person was hired, and those are women: none of the men, which has to be seen.
    chosen = {row["name"]: row["above"] for row in tables["selection_rate"]["sex"]["rows"]}
    assert chosen == {"female": 50, "male": 0}
