"""While scores are stopped no page and no file shows one, to whomever; started again, they are all back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories import people, shortlists, submitted
from tests.factories.desk import page_of
from tests.factories.routes import rules
from tests.factories.signing import sign_in
from tests.factories.whole_house import House
from tests.site import texts_of
from webapp.errors import Conflict, Invalid
from webapp.records import Confirmation, Event, Job, Score, ScoreStop, Sitting, WatchLook
from webapp.records.base import now
from webapp.services.promotion.history import history_of_rules
from webapp.services.promotion.stop_scores import start_scores, stop_of, stop_scores
from webapp.services.rights.export_person import export_person


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The pages ask one table; what PostgreSQL does with it is tried in `test_approval`."""
    return sqlite_url


FIGURES = {
    "score": 2.7371,
    "key_total": 0.8329,
    "p_top_third": 0.5474,
    "expected_rating": 3.6173,
    "lower_90": 2.9113,
    "upper_90": 4.4379,
}
# Each figure as any page, file or script could write it: whole, in per cent, of a hundred, of ten, rounded.
WRITTEN = re.compile(
    r"2[.,]737|2[.,]74|0[.,]83(29)?\b|\b83\b ?(%|of 100)|0[.,]547|\b55\b ?%|3[.,]617|\b3[.,]6\b|2[.,]911|4[.,]437|"
    r"Of ten people with such a result|Place 1\b|in a group of|tie_group|p_top_third|expected_rating"
)
# Tokens hold any digits, and so do the outlines of the small pictures.
RANDOM = re.compile(r'name="csrf[-_]token"[^>]*>|nonce="[^"]*"|<path [^>]*>')
WEEK = "2026-W40"
REASON = "Question seven was misprinted."


class Seeded(House):
    """The house with one of everything, its applicant's figures known, and others on the list."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        row = session.scalars(select(Score).where(Score.applicant_id == self.applicant.id)).one()
        for name, value in FIGURES.items():
            setattr(row, name, value)
        for number in range(3):
            shortlists.scored(session, self.vacancy, 1.0 + number / 10)
        self.report.figures = {**self.report.figures, "counted": 40, "local_law_144": law_tables()}
        self.pack.pdf, self.pack.files = b"%PDF- 2.7371", b"PK 2.7371"
        session.add(self.look())
        found = {"told": True, "first": 0.8329, "second": 0.8329, "expected_b": 0.8329, "error": 0.05, "p": 0.5474}
        session.add(
            Confirmation(
                organisation_id=self.company.id,
                applicant_id=self.applicant.id,
                state="done",
                form="B",
                finding=found | {"significant": False, "regressed": False, "n": 4},
            )
        )
        session.commit()

    def look(self) -> WatchLook:
        weeks = [{"week": WEEK, "n": 30, "mean": 2.7371, "low": 2.9113, "high": 4.4379}]
        change = {"d": 2.7371, "low": 2.9113, "high": 4.4379, "n": 30}
        self.finding.numbers = {"each": [change]}
        return WatchLook(
            organisation_id=self.company.id,
            model_version_id=self.model.id,
            week=WEEK,
            whole=True,
            looked_at=now(),
            state="watch",
            applicants=40,
            staff=40,
            figures={"weeks": weeks, "score": change, "trend": change, "items": [], "lately": 30},
        )


def law_tables() -> dict[str, object]:
    row = {
        "name": "female",
        "n": 40,
        "above": 22,
        "rate": 0.5474,
        "ratio": 1.0,
        "ties": 0,
        "ratio_ties_above": 1.0,
        "left_out": False,
    }
    sex = {"rows": [row], "unknown": None, "some_hidden": False, "left_out": []}
    whole = {"n": 40, "median": 2.7371, "ties": 0, "notes": []}
    rates = {"scoring_rate": {"whole": whole, "sex": sex}, "selection_rate": {"absent": "several_models"}}
    return {"applies": False, "race_asked": False, **rates}


@pytest.fixture
def house(session: Session) -> Seeded:
    return Seeded(session)


def stop(session: Session, house: House) -> None:
    stop_scores(session, house.company.id, REASON, house.user.id)
    session.commit()


def pages(app: Flask, client: FlaskClient, house: House) -> Iterator[tuple[str, str]]:
    """Every address that can be looked at, with what it says."""
    for rule in rules(app):
        if "GET" in (rule.methods or set()):
            for address in ways(house, rule):
                with client.get(address, follow_redirects=True) as reply:
                    yield address, RANDOM.sub("", "\n".join(texts_of(reply)))


def ways(house: House, rule: Rule) -> list[str]:
    """The address, and the list in every order and with every beginning that it knows."""
    address = house.address(rule)
    if rule.endpoint == "hr.audit_file":
        return [address.removesuffix("csv") + ending for ending in ("pdf", "zip")]
    if rule.endpoint == "hr.group_table":
        return [address.replace("nobody-knows-this", "law-scoring-rate-sex")]
    if rule.endpoint != "recruiter.vacancy":
        return [address]
    return [f"{address}?{query}" for query in ("", "sort=name", "sort=date", "search=a", "from=1~after~0x1p1~00")]


def test_the_figures_are_there_while_nobody_has_stopped_them(client: FlaskClient, house: Seeded) -> None:
    """The test below would pass with figures that no page shows."""
    sign_in(client, house.user)
    vacancy, applicant = f"/vacancies/{house.vacancy.id}", page_of(house.applicant)
    confirmation, review = f"/hr/confirmations/{house.applicant.id}", f"/hr/requests/{house.review.id}"
    for address in (vacancy, applicant, f"{vacancy}/export.csv", confirmation, review):
        assert WRITTEN.search(client.get(address).get_data(as_text=True)), address


def about_groups(house: Seeded) -> list[str]:
    """Figures over all applicants: pages and files."""
    report, pack = f"/hr/models/groups/{house.report.id}", f"/hr/models/audit/{house.pack.id}/pack"
    watched = [f"/hr/watch/models/{house.model.id}", f"/hr/watch/findings/{house.finding.id}", "/hr/watch"]
    return [report, f"{report}/law-scoring-rate-sex.csv", f"{pack}.pdf", f"{pack}.zip", *watched]


def test_figures_over_all_applicants_stop_too(client: FlaskClient, session: Session, house: Seeded) -> None:
    sign_in(client, house.user)
    for address in about_groups(house):
        assert WRITTEN.search(client.get(address).get_data(as_text=True)), address
    stop(session, house)
    for address in about_groups(house):
        page = client.get(address).get_data(as_text=True)
        assert not (found := WRITTEN.search(RANDOM.sub("", page))), f"{address}: {found}"
        assert house.user.name in page, address


def test_reports_and_packs_wait_for_the_scores(client: FlaskClient, session: Session, house: Seeded) -> None:
    sign_in(client, house.user)
    stop(session, house)
    wanted = {"model": str(house.model.id), "scope": "all", "language": "en"}
    for place in ("groups", "audit"):
        page = client.get(f"/hr/models/{place}").get_data(as_text=True)
        assert REASON in page
        assert f"/hr/models/{place}/make" not in page
        sent = client.send(f"/hr/models/{place}/make", wanted)  # type: ignore[attr-defined]
        assert sent.location.endswith(f"/hr/models/{place}")
        assert "wait until scores are shown again" in client.get(sent.location).get_data(as_text=True)
    session.rollback()
    assert session.scalars(select(Job).where(Job.kind.in_(("groups", "audit")))).all() == []


def test_no_page_and_no_file_shows_a_score(app: Flask, client: FlaskClient, session: Session, house: Seeded) -> None:
    stop(session, house)
    sign_in(client, house.user)
    seen = 0
    for address, page in pages(app, client, house):
        assert not (found := WRITTEN.search(page)), f"{address}: {found}"
        seen += 1
    assert seen > 60


def test_pages_say_who_stopped_them_and_why(client: FlaskClient, session: Session, house: Seeded) -> None:
    stop(session, house)
    sign_in(client, house.user)
    vacancy = f"/vacancies/{house.vacancy.id}"
    applicant = page_of(house.applicant)
    for address in (vacancy, f"{vacancy}/evidence", applicant, f"/hr/requests/{house.review.id}", "/hr/models/rules"):
        page = client.get(address).get_data(as_text=True)
        assert REASON in page, address
        assert house.user.name in page, address


def named(page: str) -> list[str]:
    return re.findall("Cecilia|Anna|Boris", RANDOM.sub("", page))


def test_nobody_can_put_people_in_the_order_of_their_scores(
    client: FlaskClient, session: Session, house: Seeded
) -> None:
    for name, score in (("Cecilia", 9.0), ("Anna", 1.0), ("Boris", 5.0)):
        shortlists.scored(session, house.vacancy, score, name=name)
    stop(session, house)
    sign_in(client, house.user)
    address = f"/vacancies/{house.vacancy.id}"
    assert client.get(f"{address}?sort=score").status_code == 403
    order = [named(client.get(f"{address}?sort={by}").text) for by in ("date", "name")]
    assert order == [["Cecilia", "Anna", "Boris"], ["Anna", "Boris", "Cecilia"]]
    lines = client.get(f"{address}/export.csv").get_data(as_text=True).splitlines()
    assert lines[0].lstrip("\ufeff") == '"code","name","email","stage","answered_in","answered_on"'
    # By code, which is drawn at random.
    assert lines[1:] == sorted(lines[1:])
    assert sum(bool(named(line)) for line in lines) == 3
    assert client.get(f"{address}/unranked?stage=unscored").status_code == 302


def test_candidates_are_told_without_a_name_or_a_reason(app: Flask, client: FlaskClient, session: Session) -> None:
    one = submitted.submitted(session)
    submitted.close(session, one.someone.vacancy)
    hr = people.user(session, one.someone.organisation, "hr", name="Ona Onaitė")
    session.commit()
    base = submitted.hold(client, one)
    before = {name: client.get(f"{base}/{name}").get_data(as_text=True) for name in ("feedback", "explain")}
    stop_scores(session, one.someone.organisation.id, REASON, hr.id)
    session.commit()
    for name in ("feedback", "explain"):
        page = client.get(f"{base}/{name}").get_data(as_text=True)
        assert "has stopped showing results" in page
        assert "has stopped showing results" not in before[name]
        assert hr.name not in page
        assert REASON not in page
    with app.test_request_context():
        file = export_person(session, hr.organisation_id, one.someone.applicant.id, "en", "test-secret")
    assert [each["result"]["given"] for each in file["sittings"]] == [False]
    levels = "<b>helped|<b>held back"
    assert re.search(levels, before["explain"])
    assert not re.search(levels, client.get(f"{base}/explain").get_data(as_text=True))


def test_answers_are_scored_all_the_while(session: Session) -> None:
    """Running work goes on; nothing of it is shown."""
    first = submitted.submitted(session)
    owner = first.someone.organisation
    stop_scores(session, owner.id, REASON, people.user(session, owner, "hr").id)
    session.commit()
    second = submitted.submitted(session)
    assert session.scalars(select(Score.score).where(Score.sitting_id == second.sitting.id)).one() is not None
    assert session.get_one(Sitting, (second.someone.organisation.id, second.sitting.id)).state == "submitted"


def figures_on(client: FlaskClient, house: House) -> list[str]:
    page = client.get(page_of(house.applicant)).get_data(as_text=True)
    return [found.group() for found in WRITTEN.finditer(page)]


def test_started_again_with_a_reason_everything_is_back(client: FlaskClient, session: Session, house: Seeded) -> None:
    owner = house.company.id
    sign_in(client, house.user)
    before = figures_on(client, house)
    assert before
    stop(session, house)
    with pytest.raises(Conflict, match="stopped already"):
        stop_scores(session, owner, REASON, house.user.id)
    with pytest.raises(Invalid, match="reason"):
        start_scores(session, owner, "  ", house.user.id)
    start_scores(session, owner, "Printed anew.", house.user.id)
    session.commit()
    assert stop_of(session, owner) is None
    assert figures_on(client, house) == before
    actions = session.scalars(select(Event.action).where(Event.subject == "score_stop").order_by(Event.at)).all()
    assert list(actions) == ["scores.stopped", "scores.started"]
    told = [(each.who, each.reason) for each in history_of_rules(session, owner)]
    assert told == [(house.user.name, "Printed anew."), (house.user.name, REASON)]
    assert session.scalars(select(ScoreStop)).one().lasting is None
