"""Audit packs and group reports as jobs and pages: made once, tagged, labelled, the same from the same data."""

from __future__ import annotations

import hashlib
import io
import json
import re
import uuid
import zipfile
import zlib
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, shortlists, sittings
from tests.factories.groups import crowd
from tests.factories.signing import sign_in
from webapp.extensions import db
from webapp.jobs import audit_job, runtime
from webapp.records import (
    AuditPack,
    Event,
    GroupReport,
    Job,
    ModelVersion,
    Organisation,
    QuestionnaireVersion,
    User,
    Vacancy,
)
from webapp.services.cancel_job import cancel_job
from webapp.services.demographics.scope import Scope
from webapp.services.demographics.start_report import UnderWay, start_report
from webapp.services.reports import album

SEXES = ("female", "male")
DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="9" height="9" fill="#2f7f6b"/></svg>'


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(autouse=True)
def _drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing is tried elsewhere, and takes long."""
    monkeypatch.setattr(album, "svg_of", lambda *_drawing: DRAWN)


class House:
    """A company with a crowd, and somebody of HR."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.session = session
        self.owner: Organisation = people.organisation(session, name="Ąžuolas UAB", simulated=True)
        self.place: Vacancy = sittings.vacancy(session, self.owner)
        self.people = crowd(session, self.place, 80, sex=SEXES, age_band=("25_34", "35_44", None))
        self.hr: User = people.user(session, self.owner, "hr")
        session.commit()
        runtime.enter(app)

    def pack_job(self, language: str = "en") -> Job:
        parameters = Scope("all", model_version_id=self.place.model_version_id).parameters()
        return self._job("audit", language=language, **parameters)

    def _job(self, kind: str, **parameters: Any) -> Job:
        job = Job(organisation_id=self.owner.id, kind=kind, user_id=self.hr.id, parameters=parameters)
        self.session.add(job)
        self.session.commit()
        return job

    def run(self, job: Job) -> dict[str, Any]:
        step = {"audit": audit_job.pack_step, "groups": audit_job.report_step}[job.kind]
        outcome: dict[str, Any] = step(str(self.owner.id), str(job.id))
        self.session.rollback()
        self.session.expire_all()
        return outcome

    def made(self, language: str = "en") -> AuditPack:
        job = self.pack_job(language)
        assert self.run(job) == {}
        return self.session.scalars(select(AuditPack).where(AuditPack.job_id == job.id)).one()


@pytest.fixture
def house(app: Flask, session: Session) -> House:
    return House(app, session)


def streams(pdf: bytes) -> bytes:
    """Everything in it, unpacked."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S)
    return pdf + b"".join(unpacked(each) for each in packed)


def unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def files_in(pack: AuditPack) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack.files)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_pack_is_tagged_labelled_and_the_same_again(house: House) -> None:
    pack = house.made()
    inside = streams(pack.pdf)
    for sought in (b"pdfuaid:part", b"/StructTreeRoot", b"/Marked true", b"/DisplayDocTitle true", b"/Outlines"):
        assert sought in inside, sought
    names = (b"Figure", b"Table", b"TH", b"H1", b"H2")
    kinds = {kind: len(re.findall(rb"/S\s*/" + kind + rb"\b", inside)) for kind in names}
    assert len(re.findall(rb"/Alt\s*[(<]", inside)) >= kinds[b"Figure"] > 3
    assert kinds[b"TH"] > kinds[b"Table"] > 10
    assert min(kinds[b"H1"], kinds[b"H2"]) > 10
    found = files_in(pack)
    manifest = json.loads(found.pop("manifest.json"))
    assert manifest["label"] == "Self-computed, not independent · Simulated data"
    assert (
        manifest["model"]["artefact_sha256"]
        == house.session.get_one(ModelVersion, (house.owner.id, house.place.model_version_id)).artefact_sha256
    )
    assert {name: each["sha256"] for name, each in manifest["files"].items()} == {
        name: hashlib.sha256(content).hexdigest() for name, content in found.items()
    }
    assert {"README.txt", "model-card.md", "tables/impact-sex-top-33.csv", "tables/law-scoring-rate-sex.json"} <= set(
        found
    )
    assert found["model-card.md"].startswith(b"> Self-computed, not independent \xc2\xb7 Simulated data\n\n# ")
    assert "released" not in json.loads(found["figures/applicants.json"])
    again = house.made()
    assert (again.pdf_sha256, again.files_sha256) == (pack.pdf_sha256, pack.files_sha256)
    assert (pack.number, again.number) == (1, 2)


def test_cancelled_killed_or_overtaken_it_is_kept_whole_once_or_not_at_all(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = house.pack_job()
    with db.scope(), db.transaction() as session:
        cancel_job(session, house.owner.id, job.id, house.hr.id)
    assert house.run(job) == {"failed": {"reason": "ended"}}
    job, keep = house.pack_job("lt"), audit_job.keep_pack
    monkeypatch.setattr(audit_job, "keep_pack", lambda *_given: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        house.run(job)
    house.session.rollback()
    assert house.session.scalars(select(AuditPack)).all() == []
    assert house.session.scalars(select(GroupReport)).all() == []
    monkeypatch.setattr(audit_job, "keep_pack", keep)
    tries = overtaken_once(house, monkeypatch)
    assert house.run(job) == {}
    assert len(tries) == 2
    assert house.run(job) == {"failed": {"reason": "ended"}}
    assert [each.number for each in house.session.scalars(select(AuditPack))] == [1]


def overtaken_once(house: House, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """While the first is computed, another report is kept."""
    compute, tries = audit_job.compute_report, []

    def and_another(*given: Any) -> Any:
        computed = compute(*given)
        tries.append(computed)
        if len(tries) == 1:
            with db.scope(), db.transaction() as session:
                session.add(GroupReport(organisation_id=house.owner.id, scope="all", job_id=house.owner.id, figures={}))
        return computed

    monkeypatch.setattr(audit_job, "compute_report", and_another)
    return tries


def test_the_pages_show_what_was_made(house: House, client: FlaskClient) -> None:
    sign_in(client, house.hr)
    client.get("/hr/models/groups")
    sent = client.send("/hr/models/groups/make", {"scope": "all"})
    job = house.session.scalars(select(Job).where(Job.kind == "groups")).one()
    assert sent.location.endswith(f"/hr/models/jobs/{job.id}")
    assert client.send("/hr/models/groups/make", {"scope": "all"}).location == sent.location
    assert house.run(job) == {}
    report = house.session.scalars(select(GroupReport)).one()
    page = client.get(f"/hr/models/groups/{report.id}?share=top_50").text
    assert "among the best-scoring 50% of their vacancy" in page
    assert "among the best-scoring 33%" not in page
    assert page.count("Self-computed, not independent") > 2
    assert "Person " not in page
    table = client.get(f"/hr/models/groups/{report.id}/impact-sex-top-50.csv")
    assert "group,people,selected,rate,ratio" in table.text
    assert client.get(f"/hr/models/groups/{report.id}/nothing.csv").status_code == 404
    assert client.send("/hr/models/groups/make", {"scope": str(uuid.uuid4())}).location.endswith("/hr/models/groups")
    start_report(house.session, house.owner.id, Scope(), house.hr.id)
    with pytest.raises(UnderWay):
        start_report(house.session, house.owner.id, Scope(), house.hr.id)


def test_packs_are_asked_for_and_taken_along(house: House, client: FlaskClient, session: Session) -> None:
    sign_in(client, house.hr)
    client.get("/hr/models/audit")
    wanted = {"model": str(house.place.model_version_id), "scope": str(house.place.id), "language": "ru"}
    assert "/hr/models/jobs/" in client.send("/hr/models/audit/make", wanted).location
    job = house.session.scalars(select(Job).where(Job.kind == "audit")).one()
    assert house.run(job) == {}
    pack = house.session.scalars(select(AuditPack)).one()
    assert (pack.language, pack.scope, pack.vacancy_id, pack.made_by) == ("ru", "vacancy", house.place.id, house.hr.id)
    address = f"/hr/models/audit/{pack.id}/pack"
    page = client.get("/hr/models/audit").text
    assert f"{address}.pdf" in page
    assert house.hr.name in page
    assert client.get(f"{address}.pdf").data == pack.pdf
    assert client.get(f"{address}.zip").data == pack.files
    assert client.get(f"{address}.exe").status_code == 404
    session.rollback()
    actions = [each.action for each in session.scalars(select(Event).where(Event.subject == "audit_pack"))]
    assert actions == ["audit_pack.made", "audit_pack.downloaded", "audit_pack.downloaded"]
    stranger = people.user(session, people.organisation(session), "hr")
    session.commit()
    sign_in(client, stranger)
    assert client.get(f"{address}.pdf").status_code == 404


def test_the_form_says_whom_each_choice_holds_and_proposes_most(house: House, client: FlaskClient) -> None:
    """After a roll-back the model that serves may hold nobody: its vacancies stayed on another."""
    known = house.session.get_one(ModelVersion, (house.owner.id, house.place.model_version_id))
    asked = house.session.get_one(QuestionnaireVersion, (house.owner.id, house.place.questionnaire_id))
    known.state = "retired"
    serving = shortlists.model(house.session, asked, number=known.number + 1)
    house.session.commit()
    sign_in(client, house.hr)
    page = client.get("/hr/models/audit").text
    first = re.search(r'<select[^>]*name="model"[^>]*>\s*<option[^>]*value="([^"]+)">([^<]+)<', page)
    assert first
    assert first.groups() == (str(known.id), f"Model {known.number} (retired), 80 applicants")
    assert f"Model {serving.number} (serving), 0 applicants" in page
    rows = re.findall(r"<th[^>]*>(Model [0-9]+)</th>\s*<td[^>]*>([^<]+)</td>\s*<td[^>]*>([0-9]+)</td>", page)
    assert set(rows) >= {(f"Model {known.number}", name, "80") for name in ("All vacancies", house.place.title)}
    assert f"Model {serving.number}" not in {model for model, _scope, _people in rows}


def test_what_is_asked_is_set_on_a_page(house: House, client: FlaskClient, session: Session) -> None:
    house.owner.country = "US"
    session.commit()
    sign_in(client, house.hr)
    client.get("/hr/models/groups/asked")
    wanted = {
        "attributes": ["sex", "race_ethnicity"],
        "jurisdiction": "US-NYC",
        "basis": "EEO monitoring, counsel asked.",
    }
    assert client.send("/hr/models/groups/asked", wanted).status_code == 400
    assert "Tick that the legal basis" in client.last_page  # type: ignore[attr-defined]
    assert client.send("/hr/models/groups/asked", wanted | {"confirmed": "y"}).status_code == 302
    page = client.get("/hr/models/groups/asked").text
    assert house.hr.name in page
    assert re.search(r'name="confirmed"[^>]*checked', page) is None
