"""HR's pages: what they show, to whom, and what they never show."""

from __future__ import annotations

import io
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import people, training
from tests.factories.signing import sign_in
from webapp.records import Job, ModelVersion, Rating, Sitting, StaffMember, User
from webapp.services.install_company import install_company
from webapp.services.job_progress import fail_job, note_progress


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


STAFF = "code,name,unit\nS1,Ona Petrauskienė,Service\nS2,Jonas,Service\n"


@pytest.fixture
def hr(client: FlaskClient, session: Session) -> User:
    """The HR person of a company without staff, signed in."""
    organisation = install_company(session, "A new company")
    user = people.user(session, organisation, "hr")
    session.commit()
    sign_in(client, user)
    return user


@pytest.fixture
def company(client: FlaskClient, session: Session) -> training.Company:
    """A company whose staff answered and were rated; its HR person is signed in."""
    made = training.company(session)
    session.commit()
    sign_in(client, made.hr)
    return made


def text_of(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return str(response.get_data(as_text=True))


def upload(client: FlaskClient, kind: str, content: str | bytes, name: str = "file.csv", **fields: str) -> str:
    """Upload a file and return the preview's address."""
    client.get(f"/hr/imports/{kind}/new")
    data = content.encode() if isinstance(content, str) else content
    response = client.send(f"/hr/imports/{kind}/new", {"file": (io.BytesIO(data), name), **fields})
    assert response.status_code == 302, response.get_data(as_text=True)
    return str(response.headers["Location"])


def count(session: Session, table: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


# --- who may look


@pytest.mark.parametrize("address", ["/hr", "/hr/imports", "/hr/imports/staff/new", "/hr/models"])
def test_only_hr_may_look(client: FlaskClient, session: Session, address: str) -> None:
    organisation = install_company(session, "A company")
    recruiter = people.user(session, organisation, "recruiter")
    session.commit()
    assert client.get(address).status_code == 302
    sign_in(client, recruiter)
    assert client.get(address).status_code == 403


def test_another_companys_rows_are_not_there(client: FlaskClient, session: Session, hr: User) -> None:
    theirs = install_company(session, "Another company")
    model = session.scalars(select(ModelVersion).where(ModelVersion.organisation_id == theirs.id)).first()
    job = Job(organisation_id=theirs.id, kind="train", parameters={})
    session.add(job)
    session.commit()
    assert model is not None
    for address in (
        f"/hr/models/{model.id}",
        f"/hr/models/{model.id}/promote",
        f"/hr/models/{model.id}/card.md",
        f"/hr/models/jobs/{job.id}",
        f"/hr/imports/{uuid.uuid4()}",
    ):
        assert client.get(address).status_code == 404


# --- readiness


def test_readiness_leads_from_step_to_step(client: FlaskClient, hr: User) -> None:
    assert "Import the staff list" in text_of(client, "/hr")
    client.get(upload(client, "staff", STAFF))
    client.send(client_path(client, "confirm"))
    assert "Import answers" in text_of(client, "/hr")


def client_path(client: FlaskClient, verb: str) -> str:
    """The address of the form on the page seen last that does this."""
    page = client.last_page  # type: ignore[attr-defined]
    end = page.index(f'/{verb}"')
    start = page.rindex('"', 0, end) + 1
    return str(page[start : end + len(verb) + 1])


def test_readiness_counts_people_and_names_nobody(client: FlaskClient, company: training.Company) -> None:
    assert "60 people have both answered and been rated" in text_of(client, "/hr")
    page = text_of(client, "/hr/models/readiness")
    assert "Service desk" in page
    assert "Simulated colleague" not in page


# --- imports


def test_a_file_is_looked_at_then_imported(client: FlaskClient, session: Session, hr: User) -> None:
    preview = upload(client, "staff", STAFF)
    page = text_of(client, preview)
    assert "Nothing is written yet" in page
    assert "Ona Petrauskienė" in page
    assert count(session, StaffMember) == 0
    client.send(client_path(client, "confirm"))
    after = text_of(client, preview)
    assert "Imported: 2 rows were new or changed." in after
    assert "Petrauskienė" not in after
    assert count(session, StaffMember) == 2


def test_a_file_can_be_put_aside(client: FlaskClient, session: Session, hr: User) -> None:
    client.get(upload(client, "staff", STAFF))
    assert client.send(client_path(client, "discard")).status_code == 302
    assert "Nothing of it was written" in text_of(client, "/hr/imports")
    assert count(session, StaffMember) == 0


def test_faults_are_told_with_row_column_and_remedy(client: FlaskClient, session: Session, hr: User) -> None:
    page = text_of(client, upload(client, "staff", "code,email\nS1,x\nS1,\n"))
    assert "There are 2 things to mend in this file" in page
    assert "is not an e-mail address" in page
    assert "Keep one row for each person." in page
    assert "Import all of it" not in page
    assert count(session, StaffMember) == 0


def test_ratings_say_that_hr_knows_them_and_are_never_listed(
    client: FlaskClient, session: Session, company: training.Company
) -> None:
    ratees = [row.code for row in session.scalars(select(StaffMember).limit(2))]
    file = f"ratee,rater,rating\n{ratees[0]},{ratees[1]},3.37\n"
    preview = upload(client, "ratings", file, lowest="1", highest="5")
    assert "marked as known to HR" in text_of(client, preview)
    client.send(client_path(client, "confirm"))
    for address in (preview, "/hr", "/hr/imports", "/hr/models"):
        assert "3.37" not in text_of(client, address)


def test_an_import_is_taken_back(client: FlaskClient, session: Session, company: training.Company) -> None:
    before = count(session, Rating)
    code = session.scalars(select(StaffMember.code)).first()
    preview = upload(client, "ratings", f"ratee,rater,rating\n{code},stranger,3\n", lowest="1", highest="5")
    client.get(preview)
    client.send(client_path(client, "confirm"))
    assert count(session, Rating) == before + 1
    client.get(preview)
    client.send(client_path(client, "undo"))
    assert count(session, Rating) == before


@pytest.mark.parametrize(
    ("kind", "fields", "says"),
    [
        ("staff", {}, "Choose the file to import."),
        ("ratings", {"lowest": "", "highest": "5"}, "Give the lowest number of your scale"),
        ("ratings", {"lowest": "5", "highest": "1"}, "Give the scale of the ratings"),
    ],
)
def test_an_incomplete_form_says_what_is_missing(
    client: FlaskClient, hr: User, kind: str, fields: dict[str, str], says: str
) -> None:
    client.get(f"/hr/imports/{kind}/new")
    file = {"file": (io.BytesIO(b"ratee,rating\nS1,3\n"), "r.csv")} if fields else {}
    response = client.send(f"/hr/imports/{kind}/new", {**fields, **file})
    assert response.status_code == 400
    assert says in response.get_data(as_text=True)


def test_a_file_of_50_megabytes_is_refused_clearly(client: FlaskClient, session: Session, hr: User) -> None:
    head = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\ncode\n'
    body = head + b"1234567\n" * (50 * 1024 * 1024 // 8) + b"\r\n--cut--\r\n"
    response = client.post("/hr/imports/staff/new", data=body, content_type="multipart/form-data; boundary=cut")
    assert response.status_code == 413
    assert "Send a smaller file. Nothing was changed." in response.get_data(as_text=True)
    assert count(session, StaffMember) == 0


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_templates_are_files(client: FlaskClient, session: Session, company: training.Company, ending: str) -> None:
    response = client.get(f"/hr/imports/answers/template.{ending}?questionnaire={company.questionnaire.id}")
    assert response.status_code == 200
    assert f"makings-answers.{ending}" in response.headers["Content-Disposition"]
    assert client.get("/hr/imports/answers/template.pdf").status_code == 404
    assert client.get("/hr/imports/secrets/new").status_code == 404


# --- training


def test_retraining_is_queued_once(client: FlaskClient, session: Session, company: training.Company) -> None:
    client.get("/hr/models")
    fields = {"questionnaire": str(company.questionnaire.id), "criterion": ""}
    response = client.send("/hr/models/retrain", fields)
    assert response.status_code == 302
    page = text_of(client, response.headers["Location"])
    assert 'http-equiv="refresh"' in page
    assert "It waits for its turn." in page
    second = client.send("/hr/models/retrain", fields)
    assert second.headers["Location"] == response.headers["Location"]
    assert "A training run is under way" in text_of(client, second.headers["Location"])
    assert count(session, Job) == 1
    assert "The next one can start when it has ended." in text_of(client, "/hr/models")


def test_a_company_without_data_is_not_offered_a_run(client: FlaskClient, hr: User) -> None:
    page = text_of(client, "/hr/models")
    assert "Retrain now" not in page
    assert "scored by the key alone" in page


def test_a_foreign_questionnaire_cannot_be_trained(client: FlaskClient, session: Session, hr: User) -> None:
    client.get("/hr/imports/staff/new")
    response = client.send("/hr/models/retrain", {"questionnaire": str(uuid.uuid4()), "criterion": ""})
    assert response.status_code == 302
    assert count(session, Job) == 0


def test_a_failed_run_says_why(client: FlaskClient, session: Session, hr: User) -> None:
    job = Job(organisation_id=hr.organisation_id, kind="train", parameters={})
    session.add(job)
    session.flush()
    note_progress(session, hr.organisation_id, job.id, "gather", 0.1)
    fail_job(session, job, "too_few", both=12, needed=50)
    session.commit()
    page = text_of(client, f"/hr/models/jobs/{job.id}")
    assert "Only 12 people have both answered and been rated" in page
    assert "http-equiv" not in page


def test_the_key_only_model_claims_nothing(client: FlaskClient, session: Session, hr: User) -> None:
    model = session.scalars(select(ModelVersion)).first()
    assert model is not None
    page = text_of(client, f"/hr/models/{model.id}")
    assert "there is no local evidence" in page
    assert "nothing to validate" in text_of(client, f"/hr/models/{model.id}/validation")
    assert "By the key, no local evidence" in client.get(f"/hr/models/{model.id}/card.md").get_data(as_text=True)


def test_staff_sittings_are_no_candidates(client: FlaskClient, session: Session, company: training.Company) -> None:
    sitting = session.scalars(select(Sitting)).first()
    assert sitting is not None
    assert client.get(f"/sitting/{sitting.id}").status_code == 404
