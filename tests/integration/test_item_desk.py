"""The item desk's pages: what is counted up, what is told and what is kept back, and who may look."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import item_desk, people
from tests.factories import training as companies
from tests.factories.desk import page_of
from tests.factories.item_desk import Desk
from tests.factories.signing import sign_in
from webapp.records import Answer, Applicant, ItemFigures, ItemSetAside, Job
from webapp.services.items.coarse import coarse, coarse_comparison
from webapp.services.items.gather import Paper, gather
from webapp.services.items.statistics import keep, queue_item_statistics, reaches_of, work_out

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> Desk:
    """Three applicants, scored by the key."""
    made = item_desk.desk(session, trained=False)
    made.sent(made.vacancy(), 2, "lt")
    made.sent(made.vacancy(title="Cashier"), 1, "en")
    session.commit()
    sign_in(client, made.hr)
    return made


@pytest.fixture
def full(client: FlaskClient, session: Session) -> Desk:
    """Forty of the staff, in two languages, and twenty applicants."""
    made = item_desk.desk(session)
    for place, sheet in enumerate(companies.simulated().staff_sheets()[:40]):
        member = people.staff_member(session, made.organisation, name=sheet.person, code=sheet.person)
        language = "lt" if place < 8 else "en"
        sitting = made.sitting(staff_member_id=member.id, purpose="training", language=language)
        made.answered(sitting, sheet.answers)
    made.sent(made.vacancy(), 12, "lt")
    made.sent(made.vacancy(title="Cashier"), 8, "en")
    session.commit()
    sign_in(client, made.hr)
    return made


def counted(desk: Desk) -> dict[str, ItemFigures]:
    """What the job does."""
    paper = Paper(desk.owner, desk.questionnaire_id, "A")
    gathered = gather(desk.session, paper, "test-secret")
    figures = work_out(paper, gathered, reaches_of(desk.session, paper))
    keep(desk.session, paper, figures, gathered.found, uuid.uuid4())
    desk.session.commit()
    return {row.item_id: row for row in desk.session.scalars(select(ItemFigures))}


def address(desk: Desk, item_id: str, rest: str = "") -> str:
    return f"/hr/models/items/{desk.questionnaire_id}/A/{item_id}{rest}"


def test_figures_are_those_of_the_answers(full: Desk) -> None:
    item = full.items[0]
    figures = counted(full)[item].figures
    values = full.session.execute(
        select(Answer.value).where(Answer.item_id == item, Answer.organisation_id == full.owner)
    ).scalars()
    best = [value["best"] for value in values]
    assert figures["counts"]["applicants"] == {
        "lt": {"answered": 12, "skipped": 0},
        "en": {"answered": 8, "skipped": 0},
    }
    everybody = figures["populations"]["applicants"][""]
    assert everybody["n"] == 20
    assert len(best) == 60
    for option in everybody["options"]:
        share = option["best"]["share"]
        assert option["best"]["few"] is (share is None)
        assert share is None or share * 20 == pytest.approx(round(share * 20))
    assert figures["reach"]["model"] == full.version.number
    assert figures["reach"]["value"] > 0
    check_staff(figures)


def check_staff(figures: dict[str, Any]) -> None:
    """Of few nothing is told, and of others only coarsely."""
    staff = figures["populations"]["staff"]
    assert staff["lt"] == {"n": None, "enough": False}
    assert staff[""]["n"] == 40
    assert figures["counts"]["staff"] == {
        "en": {"answered": 30, "skipped": 0},
        "lt": {"answered": 5, "skipped": 0},
    }
    shares = [each[end]["share"] for each in staff[""]["options"] for end in ("best", "worst")]
    assert all(share is None or round(share * 20, 6) == round(share * 20) for share in shares)


def test_small_cells_and_small_groups_are_kept_back(database_url: str) -> None:
    described = {
        "n": 100,
        "mean": 0.61234,
        "spread": 0.2,
        "rest_r": None,
        "options": [{"id": "a", "best": 4, "rest_best": 0.7, "worst": 7, "rest_worst": 0.6}],
    }
    (option,) = coarse("staff", described)["options"]
    assert option["best"] == {"few": True, "share": None, "rest": None}
    assert option["worst"] == {"few": False, "share": 0.05, "rest": None}
    found = {"focal": "female", "reference": "male", "n_focal": 57, "n_reference": 89, "letter": "B"}
    told = coarse_comparison("applicants", {**found, "finding": "differs", "difference": 0.2, "options": {}}, False)
    assert told == {**found, "finding": "differs", "n_focal": 50, "n_reference": 80}


def test_the_table_is_searched_filtered_and_sorted(client: FlaskClient, full: Desk) -> None:
    before = client.get("/hr/models/items").get_data(as_text=True)
    assert "have not been computed yet" in before
    assert client.get(address(full, full.items[0])).status_code == 200
    counted(full)
    titles = {item.id: item.titles["en"] for item in item_desk.shelf.get(companies.INSTRUMENT).items_of("A")}
    page = client.get("/hr/models/items").get_data(as_text=True)
    assert all(titles[item] in page for item in full.items)
    one = client.get("/hr/models/items", query_string={"search": titles[full.items[3]]}).get_data(as_text=True)
    assert titles[full.items[3]] in one
    assert titles[full.items[4]] not in one
    for query in ({"sort": "mean"}, {"sort": "nonsense"}, {"flagged": "1"}, {"spoken": "lt"}, {"facet": "nothing"}):
        assert client.get("/hr/models/items", query_string=query).status_code == 200
    assert client.get("/hr/models/items", query_string={"paper": "nonsense"}).status_code == 404
    check_page_of_a_question(client, full)


def check_page_of_a_question(client: FlaskClient, full: Desk) -> None:
    item = item_desk.shelf.get(companies.INSTRUMENT).items_of("A")[0]
    page = client.get(address(full, item.id)).get_data(as_text=True)
    for language in ("en", "ru", "lt"):
        assert str(escape(item.options[0].texts[language])) in page
    assert page.count("<svg") >= 1
    assert "It does not mean" in page
    assert client.get(address(full, "nonsense")).status_code == 404
    assert client.get(address(full, item.id).replace("/A/", "/Z/")).status_code == 404
    assert client.get(address(full, item.id).replace(str(full.questionnaire_id), str(uuid.uuid4()))).status_code == 404


def become_recruiter(client: FlaskClient, desk: Desk) -> None:
    recruiter = people.user(desk.session, desk.organisation, "recruiter")
    desk.session.commit()
    client.get("/hr/models/items")
    client.send("/sign-out")
    sign_in(client, recruiter)


def test_the_key_is_for_hr_alone(client: FlaskClient, desk: Desk) -> None:
    become_recruiter(client, desk)
    assert client.get(address(desk, desk.items[0])).status_code == 403
    assert client.get("/hr/models/items").status_code == 403


def test_set_aside_and_brought_back_on_the_page(client: FlaskClient, desk: Desk) -> None:
    item = desk.items[2]
    page = client.get(address(desk, item, "/set-aside/lt")).get_data(as_text=True)
    assert "2 applicants of open vacancies" in page
    assert "single people move up or down" in page
    refused = client.send(address(desk, item, "/set-aside/lt"), {"reason": "other", "note": ""})
    assert refused.status_code == 400
    assert client.send(address(desk, item, "/set-aside/lt"), {"reason": "translation"}).status_code == 302
    again = client.send(address(desk, item, "/set-aside/lt"), {"reason": "translation"})
    assert again.status_code == 400
    assert "already" in again.get_data(as_text=True)
    desk.rescore(desk.newest_job())
    desk.session.commit()
    page = client.get(address(desk, item)).get_data(as_text=True)
    assert "2 scores have changed" in page
    assert "by its authors" in page
    assert "by the panel" not in page
    assert "set aside in LT" in client.get("/hr/models/items", query_string={"spoken": "lt"}).get_data(as_text=True)
    row = desk.session.scalars(select(ItemSetAside)).one()
    back = f"/hr/models/items/set-aside/{row.id}/back"
    client.get(back)
    assert client.send(back, {"note": "Mended."}).status_code == 302
    assert client.get(address(desk, item, "/set-aside/xx")).status_code == 404


def test_nothing_is_counted_before_the_first_count(client: FlaskClient, desk: Desk) -> None:
    listed = client.get("/hr/models/items").get_data(as_text=True)
    assert "not been computed yet" in listed
    assert re.findall(r'<td class="num"[^>]*>([^<]*)</td>', listed)[:2] == ["–", "–"]


def test_the_recruiter_reads_why_a_score_has_changed(client: FlaskClient, desk: Desk) -> None:
    (score, *_rest) = desk.sent(desk.vacancy(title="Host"), 1, "lt")
    desk.rescore(desk.set_aside(desk.items[2]))
    become_recruiter(client, desk)
    page = client.get(page_of(desk.session.get_one(Applicant, (score.organisation_id, score.applicant_id)))).get_data(
        as_text=True
    )
    assert "because a question was set aside" in page


def test_counting_is_asked_for_once(client: FlaskClient, desk: Desk) -> None:
    first = queue_item_statistics(desk.session, desk.owner, desk.questionnaire_id)
    assert queue_item_statistics(desk.session, desk.owner, desk.questionnaire_id).id == first.id
    desk.session.commit()
    assert "being computed" in client.get("/hr/models/items").get_data(as_text=True)
    reply = client.send(f"/hr/models/items/{desk.questionnaire_id}/count")
    assert reply.location == f"/hr/models/jobs/{first.id}"
    assert len(desk.session.scalars(select(Job).where(Job.kind == "items")).all()) == 1
