"""A view of a list as a file: who is in it, what it says of itself, and what is hidden stays hidden."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid
import zipfile
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import shortlists
from tests.factories.desk import Desk, ours, signed_in
from webapp.extensions import db
from webapp.jobs import export_job, runtime
from webapp.records import Applicant, Event, Job, ListExport, ListExportPart, Organisation, Score, Sitting, Vacancy
from webapp.records.base import now
from webapp.services.cancel_job import cancel_job
from webapp.services.erasure.erase_applicants import erase_applicants
from webapp.services.exports import keep_export, people
from webapp.services.exports.columns import COLUMN_IDS
from webapp.services.exports.keep_export import forget_old_exports
from webapp.services.promotion.stop_scores import stop_scores
from webapp.services.shortlist.take_in import take_in


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """What a moment is, each database knows in its own way; the rest is tried in `test_shortlist_export` too."""
    url: str = request.getfixturevalue(getattr(request, "param", "sqlite_url"))
    return url


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> Desk:
    return signed_in(client, session)


def filled(desk: Desk, **values: Any) -> Vacancy:
    """Six people, two of whom have the same result; stages, languages, flags and days differ."""
    vacancy = ours(desk, title="Service adviser", **values)
    given = [
        (4.0, "Ona", 0, "lt", ["reused"], 1),
        (3.6, "=SUM(1)", 1, "lt", [], 2),
        (3.6, "Пётр Орлов", 0, "ru", [], 3),
        (3.0, "Mary", 1, "en", ["other_form"], 4),
        (2.0, "שרה כהן", 0, "en", [], 5),
        (None, "Nobody knows", 0, "en", ["incomplete"], 6),
    ]
    for score, name, stage, language, flags, day in given:
        person = shortlists.scored(desk[1], vacancy, score, name=name, stage=stage, language=language)
        sitting = desk[1].scalars(select(Sitting).where(Sitting.applicant_id == person.id)).one()
        sitting.language, sitting.submitted_at = language, dt.datetime(2026, 10, day, 12, tzinfo=dt.UTC)
        row = desk[1].scalars(select(Score).where(Score.applicant_id == person.id)).one()
        row.flags = flags
    desk[1].commit()
    return vacancy


def fetched(desk: Desk, vacancy: Vacancy, kind: str = "csv", **query: Any) -> bytes:
    desk[1].commit()
    reply = desk[0].get(f"/vacancies/{vacancy.id}/export.{kind}", query_string=query, buffered=True)
    assert reply.status_code == 200
    found: bytes = reply.data
    return found


def rows_in(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def names(desk: Desk, vacancy: Vacancy, **query: Any) -> list[tuple[str, str]]:
    return [(row["place"], row["name"]) for row in rows_in(fetched(desk, vacancy, **query))]


# --- who is in it


def test_a_filtered_view_keeps_the_places_among_all(desk: Desk) -> None:
    vacancy = filled(desk)
    assert names(desk, vacancy, stage="1") == [("2", "'=SUM(1)"), ("4", "Mary")]
    assert names(desk, vacancy, answered_in="ru") == [("2", "Пётр Орлов")]
    assert names(desk, vacancy, flagged="yes") == [("4", "Mary")], "a result used again asks for no look"
    assert names(desk, vacancy, since="2026-10-04") == [("4", "Mary"), ("5", "שרה כהן")]
    assert names(desk, vacancy, search="mar") == [("4", "Mary")]
    assert names(desk, vacancy, search="zzz") == []
    assert len(names(desk, vacancy)) == 6


@pytest.mark.parametrize("few", [0, 5_000])
def test_by_day_and_by_result_alike_however_they_are_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """The same people whether few are sorted or a long list is read from its top."""
    monkeypatch.setattr("webapp.services.shortlist.read_page.FEW", few)
    monkeypatch.setattr(people, "CHUNK", 2)
    vacancy = filled(desk)
    assert [place for place, _name in names(desk, vacancy, order="newest")] == ["5", "4", "2", "2", "1"]
    assert [place for place, _name in names(desk, vacancy, order="oldest", since="2026-10-02")] == ["2", "2", "4", "5"]
    assert names(desk, vacancy, search="mar", until="2026-10-04") == [("4", "Mary")]


@pytest.mark.parametrize("database_url", ["sqlite_url", "postgres_url"], indirect=True)
def test_scores_that_come_while_it_is_written_are_not_in_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    vacancy = filled(desk)
    monkeypatch.setattr(people, "CHUNK", 2)
    real, arrived = people._people, []

    def slow(*args: Any) -> Any:
        if not arrived:
            arrived.append(True)
            with db.scope() as other:
                shortlists.scored(
                    other, other.get_one(Vacancy, (vacancy.organisation_id, vacancy.id)), 1.0, name="Late"
                )
                other.commit()
                with db.transaction() as writing:
                    take_in(writing, writing.get_one(Vacancy, (vacancy.organisation_id, vacancy.id)))
        return real(*args)

    monkeypatch.setattr(people, "_people", slow)
    assert "Late" not in [name for _place, name in names(desk, vacancy)]
    assert ("6", "Late") in names(desk, vacancy)


# --- what it says


def test_each_row_says_model_and_moment_and_columns_keep_their_names(desk: Desk) -> None:
    vacancy = filled(desk)
    first, *_others = rows_in(fetched(desk, vacancy, language="lt"))
    assert tuple(first) == COLUMN_IDS
    assert (first["answered_in"], first["answered_on"], first["flags"]) == ("lt", "2026-10-01", "reused")
    assert first["model"] == f"model {vacancy.model_version.number} (trained)"
    assert dt.datetime.fromisoformat(first["as_of"]).tzinfo is not None
    assert first["stage"]


def test_the_meanings_are_a_second_file(desk: Desk) -> None:
    vacancy = filled(desk)
    reply = desk[0].get(f"/vacancies/{vacancy.id}/export-columns.csv", query_string={"stage": "1"}, buffered=True)
    rows = rows_in(reply.data)
    told = {row["heading"]: row["meaning"] for row in rows if row["column"] == "about"}
    assert told["Vacancy"] == "Service adviser"
    assert "2 people" in told["People with a place"]
    assert told["Notice that a program helps"] == "not recorded for this vacancy"
    assert {row["column"] for row in rows} >= set(COLUMN_IDS)
    assert "-columns.csv" in reply.headers["Content-Disposition"]


def test_a_workbook_holds_texts_as_texts_and_says_what_it_is(desk: Desk) -> None:
    vacancy = filled(desk)
    session = desk[1]
    session.get_one(Organisation, vacancy.organisation_id).simulated = True
    content = fetched(desk, vacancy, "xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        assert b"<f>" not in b"".join(pack.read(name) for name in pack.namelist())
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    head, *rows = book.get_sheet_by_name("List").to_python()
    assert head[:2] == ["Place", "Tie group"]
    assert [row[0] for row in rows] == [1, 2, 2, 4, 5, ""]
    assert {row[3] for row in rows} >= {"=SUM(1)", "שרה כהן"}
    about = book.get_sheet_by_name("About this list").to_python()
    said = {row[1]: row[2] for row in about}
    assert said["Simulated"]
    assert "place" in {row[1] for row in about}


def test_paper_is_tagged_pdf_up_to_a_stated_number(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    vacancy = filled(desk)
    assert fetched(desk, vacancy, "pdf", stage="1", flagged="yes").startswith(b"%PDF-")
    monkeypatch.setattr("webapp.services.exports.as_pdf.MOST_PEOPLE", 1)
    page = desk[0].get(f"/vacancies/{vacancy.id}/export.pdf", query_string={"stage": "1"}, follow_redirects=True)
    assert "A PDF holds up to 1 people" in page.get_data(as_text=True)


def test_letters_that_paper_lacks_are_refused_in_words(desk: Desk) -> None:
    vacancy = ours(desk)
    shortlists.scored(desk[1], vacancy, 3.0, name="שרה כהן")
    desk[1].commit()
    reply = desk[0].get(f"/vacancies/{vacancy.id}/export.pdf", follow_redirects=True, buffered=True)
    assert reply.data.startswith(b"%PDF-") or "Take CSV or XLSX instead" in reply.get_data(as_text=True)


@pytest.mark.parametrize("language", ["en", "lt", "ru"])
def test_the_page_of_exports_in_each_language(desk: Desk, language: str) -> None:
    vacancy = filled(desk)
    reply = desk[0].get(f"/vacancies/{vacancy.id}/exports", query_string={"language": language, "stage": "1"})
    page = reply.get_data(as_text=True)
    assert reply.status_code == 200
    assert page.count("<h1") == 1
    assert f"/vacancies/{vacancy.id}/export.xlsx?stage=1" in page


# --- what is hidden


def test_a_blind_list_has_codes_and_nothing_that_names(desk: Desk) -> None:
    vacancy = filled(desk, blind=True)
    shown = desk[1].scalars(select(Applicant).where(Applicant.name == "Mary")).one()
    shown.revealed_at = now()
    rows = rows_in(fetched(desk, vacancy))
    assert [row["name"] for row in rows if row["name"]] == ["Mary"]
    assert len({row["code"] for row in rows}) == 6
    assert {row["answered_in"] for row in rows} == {""}
    for kind in ("xlsx", "csv"):
        assert "Орлов".encode() not in fetched(desk, vacancy, kind)


def test_while_scores_are_stopped_a_file_holds_none(desk: Desk) -> None:
    vacancy = filled(desk)
    hr = shortlists.people.user(desk[1], desk[1].get_one(Organisation, vacancy.organisation_id), "hr")
    desk[1].flush()
    stop_scores(desk[1], vacancy.organisation_id, "A misprint.", hr.id)
    rows = rows_in(fetched(desk, vacancy))
    assert set(rows[0]) == {"code", "name", "email", "stage", "answered_in", "answered_on"}
    assert [row["code"] for row in rows] == sorted(row["code"] for row in rows)
    assert len(rows_in(fetched(desk, vacancy, stage="1"))) == 2
    book = CalamineWorkbook.from_filelike(io.BytesIO(fetched(desk, vacancy, "xlsx")))
    assert len(book.get_sheet_by_name("List").to_python()[0]) == 6
    assert fetched(desk, vacancy, "pdf", stage="1").startswith(b"%PDF-")


def test_the_export_is_written_down(desk: Desk) -> None:
    vacancy = filled(desk)
    fetched(desk, vacancy, "xlsx", search="mary")
    event = desk[1].scalars(select(Event).where(Event.action == "shortlist.exported")).one()
    assert event.detail["form"] == "xlsx"
    assert "mary" not in str(event.detail)


# --- in the background


class Place(NamedTuple):
    """What is known of a vacancy by plain values: a step of the worker closes the test's session."""

    organisation_id: uuid.UUID
    id: uuid.UUID


@pytest.fixture
def long_list(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Six people are many here, and a part of a file holds some hundred bytes."""
    runtime.enter(app)
    monkeypatch.setattr("webapp.services.exports.start_export.AT_ONCE", 3)
    monkeypatch.setattr(keep_export, "PART", 300)
    vacancy = filled(desk)
    return Place(vacancy.organisation_id, vacancy.id)


def asked_for(desk: Desk, vacancy: Place, kind: str = "csv", **query: Any) -> tuple[str, str]:
    desk[0].get(f"/vacancies/{vacancy.id}/exports")
    reply = desk[0].send(f"/vacancies/{vacancy.id}/exports/{kind}", {}, query_string=query)  # type: ignore[attr-defined]
    assert reply.status_code == 302
    with db.scope() as session:
        job = session.scalars(select(Job).where(Job.kind == "export").order_by(Job.id.desc())).first()
        assert job is not None
        return str(job.organisation_id), str(job.id)


def file_of() -> ListExport:
    with db.scope() as session:
        return session.scalars(select(ListExport)).one()


def written(job: tuple[str, str]) -> Any:
    return export_job.written(*job)


def test_a_long_list_is_written_by_the_worker_and_fetched(desk: Desk, long_list: Place) -> None:
    client, session, _me = desk
    assert client.get(f"/vacancies/{long_list.id}/export.csv").status_code == 302
    job = asked_for(desk, long_list)
    assert "is being written already" in client.send(  # type: ignore[attr-defined]
        f"/vacancies/{long_list.id}/exports/csv", {}, follow_redirects=True
    ).get_data(as_text=True)
    assert "CSV waits for its turn" in client.get(f"/vacancies/{long_list.id}/exports").get_data(as_text=True)
    assert written(job) is None
    file = file_of()
    assert session.query(ListExportPart).count() > 3
    assert file.people == 6
    address = f"/vacancies/{long_list.id}/exports/{file.id}"
    assert address in client.get(f"/vacancies/{long_list.id}/exports").get_data(as_text=True)
    reply = client.get(address, buffered=True)
    assert int(reply.headers["Content-Length"]) == len(reply.data) == file.size
    with zipfile.ZipFile(io.BytesIO(reply.data)) as pack:
        columns, listed = pack.namelist()
        assert columns == "columns.csv"
        assert next(row["name"] for row in rows_in(pack.read(listed))) == "Ona"
    session.commit()
    actions = {event.action for event in session.scalars(select(Event))}
    assert actions >= {"shortlist.exported", "export.fetched", "job.done"}
    assert not (runtime.settings().instance / "jobs" / job[1]).exists()


@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_the_other_forms_too(desk: Desk, long_list: Place, kind: str) -> None:
    assert written(asked_for(desk, long_list, kind, stage="1")) is None
    file = file_of()
    assert (file.kind, file.people, file.file_name.endswith(f".{kind}")) == (kind, 2, True)


def test_it_is_deleted_after_a_day_and_with_anybody_who_is_erased(desk: Desk, long_list: Place, app: Flask) -> None:
    _client, session, _me = desk
    written(asked_for(desk, long_list))
    file_of()
    gone = session.scalars(select(Applicant).where(Applicant.name == "Mary")).one()
    erase_applicants(session, long_list.organisation_id, [gone.id], app.config["SETTINGS"], "asked")
    session.commit()
    assert session.scalars(select(ListExport)).all() == []
    assert session.scalars(select(ListExportPart)).all() == []
    written(asked_for(desk, long_list))
    file = file_of()
    assert forget_old_exports(session) == 0
    session.commit()
    session.execute(update(ListExport).values(expires_at=now() - dt.timedelta(seconds=1)))
    session.commit()
    assert desk[0].get(f"/vacancies/{long_list.id}/exports/{file.id}").status_code == 404
    assert forget_old_exports(session) == 1
    session.commit()
    assert session.scalars(select(ListExportPart)).all() == []


def test_who_is_erased_while_it_is_written_is_in_no_file(
    desk: Desk, long_list: Place, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, done = export_job.make_file, []

    def meanwhile(*args: Any) -> int:
        number = real(*args)
        if not done:
            done.append(number)
            with db.scope(), db.transaction() as other:
                gone = other.scalars(select(Applicant.id).where(Applicant.name == "Mary")).one()
                erase_applicants(other, long_list.organisation_id, [gone], app.config["SETTINGS"], "asked")
        return number

    monkeypatch.setattr(export_job, "make_file", meanwhile)
    assert written(asked_for(desk, long_list)) is None
    assert (done, file_of().people) == ([6], 5)


def test_a_cancelled_run_leaves_nothing(desk: Desk, long_list: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    job = asked_for(desk, long_list)
    owner, number = (uuid.UUID(each) for each in job)
    real, user = export_job.make_file, desk[2].id

    def cancelled(*args: Any) -> int:
        with db.scope(), db.transaction() as other:
            cancel_job(other, owner, number, user)
        return real(*args)

    monkeypatch.setattr(export_job, "make_file", cancelled)
    failed = written(job)
    assert failed
    export_job.close(*job, failed)
    desk[1].expire_all()
    assert desk[1].scalars(select(ListExport)).all() == []
    assert desk[1].get_one(Job, (owner, number)).state == "cancelled"


def test_a_file_that_shows_what_is_hidden_by_now_is_kept_back(desk: Desk, long_list: Place) -> None:
    client, session, _me = desk
    written(asked_for(desk, long_list))
    address = f"/vacancies/{long_list.id}/exports/{file_of().id}"
    session.get_one(Vacancy, (long_list.organisation_id, long_list.id)).blind = True
    session.commit()
    assert client.get(address).status_code == 403
    session.get_one(Vacancy, (long_list.organisation_id, long_list.id)).blind = False
    hr = shortlists.people.user(session, session.get_one(Organisation, long_list.organisation_id), "hr")
    session.flush()
    stop_scores(session, long_list.organisation_id, "A misprint.", hr.id)
    session.commit()
    assert client.get(address).status_code == 403


def test_files_of_another_company_are_nowhere(desk: Desk, long_list: Place) -> None:
    client, session, _me = desk
    own, elsewhere = ours(desk, title="Another").id, shortlists.vacancy(session).id
    session.commit()
    written(asked_for(desk, long_list))
    file = file_of()
    assert client.get(f"/vacancies/{elsewhere}/exports").status_code == 404
    assert client.get(f"/vacancies/{elsewhere}/exports/{file.id}").status_code == 404
    assert client.get(f"/vacancies/{own}/exports/{file.id}").status_code == 404
    assert client.send(f"/vacancies/{own}/exports/{file.id}/cancel", {}).status_code == 404  # type: ignore[attr-defined]
