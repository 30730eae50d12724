"""Readiness and reports as HR reads them: what is there, what is missing, files, and who may look."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import people, reports, training
from tests.factories.signing import sign_in
from webapp.config import LANGUAGES, Settings
from webapp.records import ModelVersion, Organisation, StaffMember
from webapp.services.import_tables import questionnaires_of
from webapp.services.install_company import install_company
from webapp.services.reports import album
from webapp.services.reports.draw_ahead import draw_ahead


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


@pytest.fixture(autouse=True)
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes a second and is tried elsewhere."""
    monkeypatch.setattr(album, "svg_of", lambda *_given: '<svg role="img"><title>drawn</title></svg>')


@pytest.fixture
def company(client: FlaskClient, session: Session) -> Organisation:
    """A company with a questionnaire and nobody; its HR person is signed in."""
    made = install_company(session, "A company")
    hr = people.user(session, made, "hr")
    session.commit()
    sign_in(client, hr)
    return made


@pytest.fixture
def trained(client: FlaskClient, session: Session) -> Organisation:
    """A company whose staff have answered and been rated."""
    made = training.company(session, staff=60)
    session.commit()
    sign_in(client, made.hr)
    return made.organisation


def a_model(session: Session, company: Organisation, number: int, state: str = "candidate", **figures: Any) -> str:
    row = ModelVersion(
        organisation_id=company.id,
        number=number,
        questionnaire_id=questionnaires_of(session, company.id)[0].id,
        form="A",
        kind="trained",
        state=state,
        artefact=b"",
        artefact_sha256="0" * 64,
        figures=reports.figures(**figures),
        manifest={"scoring_identity": "same", "libraries": {"numpy": f"2.{number}"}, "criterion": None},
    )
    session.add(row)
    session.commit()
    return f"/hr/models/{row.id}"


def text_of(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return str(response.get_data(as_text=True))


def test_readiness_says_what_is_missing_and_where_to_go(client: FlaskClient, session: Session) -> None:
    made = training.company(session, rated=False, answered=False)
    session.commit()
    sign_in(client, made.hr)
    page = text_of(client, "/hr/models/readiness")
    assert "60 people have not answered." in page
    assert "Nobody has been rated yet." in page
    assert "Cannot tell yet: the first training run draws the learning curve, from 50 people on." in page
    for address in ("/hr/staff/questionnaire", "/hr/imports/answers/new", "/hr/rounds", "/hr/imports/ratings/new"):
        assert f'href="{address}"' in page


def test_readiness_counts_units_and_families_and_foresees(
    client: FlaskClient, session: Session, trained: Organisation
) -> None:
    a_model(session, trained, 2)
    page = text_of(client, "/hr/models/readiness?sort=rated")
    assert "That is enough to train a model" in page
    assert "reliability of the ratings was 0.84" in page
    assert "The best guess is 20 more rated people until the model beats the key." in page
    assert "By unit" in page
    assert "By job family" in page
    assert 'class="total"' in page
    assert "by lot" not in page, "imported ratings are known to HR"
    assert client.get(f"/hr/models/readiness?questionnaire={uuid.uuid4()}").status_code == 404


def test_what_more_staff_would_bring_is_said_alike_everywhere(
    client: FlaskClient, session: Session, trained: Organisation
) -> None:
    assert "usually larger" not in text_of(client, "/hr"), "before any run nothing is known of it"
    model = a_model(session, trained, 2)
    for address in ("/hr", model, "/hr/models/readiness"):
        assert "The model probably orders people better than the key alone" in text_of(client, address), address


def test_readiness_follows_changes_at_once(client: FlaskClient, session: Session, trained: Organisation) -> None:
    assert "<b>60</b>on the staff list" in text_of(client, "/hr/models/readiness")
    session.add(StaffMember(organisation_id=trained.id, code="new"))
    session.commit()
    assert "<b>61</b>on the staff list" in text_of(client, "/hr/models/readiness")


def test_the_models_page_lists_its_reports(client: FlaskClient, session: Session, company: Organisation) -> None:
    model = a_model(session, company, 2)
    page = text_of(client, model)
    assert "The model probably orders people better than the key alone, but these data do not settle it." in page
    for report in ("validation", "groups", "compare"):
        assert f'href="{model}/{report}"' in page


def test_validation_says_of_each_part_what_it_means(
    client: FlaskClient, session: Session, company: Organisation
) -> None:
    page = text_of(client, f"{a_model(session, company, 2)}/validation")
    assert page.count("It does not mean") == 10
    assert page.count("<svg role") == 3
    assert "Passed: it lies within two standard errors of 0." in page
    assert "Honest advice" in page, "parts go by their names"
    assert "challengers are tried from 1,000 rated people on" in page


def test_an_old_models_gaps_are_told(client: FlaskClient, session: Session, company: Organisation) -> None:
    model = a_model(session, company, 2, canary=None, learning_curve=None, facet_bands=[])
    assert text_of(client, f"{model}/validation").count("Not computed for this model") == 5
    assert "Not computed for this model. Models that are trained from now on have it." in text_of(
        client, f"{model}/groups"
    )


def test_groups_of_the_staff_are_shown(client: FlaskClient, session: Session, company: Organisation) -> None:
    page = text_of(client, f"{a_model(session, company, 2, groups=reports.groups())}/groups")
    assert "Single questions: Lietuvių beside English" in page
    assert 'tables/dif-options-lt.csv"' in page
    assert "not below four fifths, not settled" in page
    assert "No group enters a score" in page


def test_the_serving_model_is_compared_first(client: FlaskClient, session: Session, company: Organisation) -> None:
    a_model(session, company, 2, "serving", r=0.05, r_low=0.0, r_high=0.1, n=100)
    third = a_model(session, company, 3)
    page = text_of(client, f"{third}/compare")
    assert "Larger than chance explains: Agreement with the ratings." in page
    assert "They were tested on different data" in page
    assert "2.3" in page
    fourth = a_model(session, company, 4)
    same = text_of(client, f"{third}/compare?with={fourth.rsplit('/', 1)[1]}")
    assert "these data do not show that either model is better" in same
    for words in ("no: chance could explain it", "partly the same people", "wider than it needs to be"):
        assert words in same, words
    assert "chance explains it" not in same.lower()
    assert "so that nobody can try out guesses" in same
    assert client.get(f"{third}/compare?with={uuid.uuid4()}").status_code == 404
    file = client.get(f"{third}/tables/comparison.csv?with={fourth.rsplit('/', 1)[1]}").get_data(as_text=True)
    assert "model_3_low" in file


def test_every_table_is_a_file_and_no_other(client: FlaskClient, session: Session, company: Organisation) -> None:
    model = a_model(session, company, 2, groups=reports.groups())
    for name in ("figures", "reliability", "learning_curve", "forecast", "dif-items-lt", "dif-options-lt", "changes"):
        response = client.get(f"{model}/tables/{name}.csv")
        assert response.status_code == 200, name
        assert response.mimetype == "text/csv"
    assert client.get(f"{model}/tables/ratings-of-ona.csv").status_code == 404


def test_a_runs_charts_are_drawn_before_anybody_looks(
    client: FlaskClient, session: Session, company: Organisation, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = a_model(session, company, 2, groups=reports.groups())
    row = session.get_one(ModelVersion, (company.id, uuid.UUID(model.rsplit("/", 1)[1])))
    row.job_id = uuid.uuid4()
    session.commit()
    with client.application.test_request_context():
        assert draw_ahead(session, company.id, row.job_id, settings) == 4 * len(LANGUAGES)
    assert len(list((settings.instance / "charts").glob("*.svg"))) == 4 * len(LANGUAGES)
    album._remembered.cache_clear()
    monkeypatch.setattr(album, "svg_of", lambda *_given: pytest.fail("drawn while somebody waits"))
    for report in ("validation", "groups"):
        assert text_of(client, f"{model}/{report}").count("<title>drawn</title>")


def test_only_hr_of_the_company_reads_reports(client: FlaskClient, session: Session, company: Organisation) -> None:
    model = a_model(session, company, 2)
    addresses = [f"{model}/{end}" for end in ("validation", "groups", "compare", "tables/figures.csv")]
    strangers = people.user(session, install_company(session, "Strangers"), "hr")
    recruiter = people.user(session, company, "recruiter")
    session.commit()
    for user, status in ((strangers, 404), (recruiter, 403)):
        other = client.application.test_client()
        sign_in(other, user)
        assert [other.get(address).status_code for address in addresses] == [status] * 4
