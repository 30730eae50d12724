"""Models that were trained with somebody erased: found, seen to as the company has stated, and certified to the end."""

from __future__ import annotations

import datetime as dt
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.confidence import IN_CONFIDENCE
from tests.factories.erasing import CODE, EMAIL, NAME, Somebody, taken_down
from tests.factories.signing import sign_in
from webapp.config import LANGUAGES, Settings
from webapp.errors import Refused
from webapp.extensions import db
from webapp.records import ErasedModel, Erasure, Job, ModelVersion, Outbox, Retraining, TrainedWith, Vacancy
from webapp.records.base import now
from webapp.services.deliver_mail import lay_down
from webapp.services.erasure import retrain, settle_models
from webapp.services.erasure.note_trained import note_trained_with
from webapp.services.erasure.notify_hr import send_erasure_notice
from webapp.services.erasure.policy import ErasurePolicy, set_erasure_policy
from webapp.services.erasure.print_certificate import print_certificate
from webapp.services.erasure.read_certificate import read_certificate
from webapp.services.erasure.sweep_files import sweep_again
from webapp.services.erasure.words import certificate_words
from webapp.services.job_progress import fail_job
from webapp.services.promotion.promote_model import promote_model
from webapp.services.rights.erase_person import erase_applicant
from webapp.services.start_training import start_training
from webapp.services.training_failure import TrainingRefused


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def somebody(session: Session, settings: Settings) -> Somebody:
    found = Somebody(session, settings)
    found.rename()
    found.answer(found.member)
    session.commit()
    return found


@pytest.fixture
def model(session: Session, somebody: Somebody, tmp_path: Path) -> ModelVersion:
    """It serves, scores the open vacancy, and was trained with the person."""
    key = session.scalars(select(ModelVersion)).one()
    key.state = "retired"
    row = somebody.model(somebody.member, somebody.other, folder=tmp_path)
    somebody.vacancy.model_version_id = row.id
    session.commit()
    return row


def state(somebody: Somebody, action: str, days: int = 7, statement: str = "") -> None:
    owner, user = somebody.owner, somebody.house.hr.id
    with db.transaction() as writing:
        set_erasure_policy(writing, owner, ErasurePolicy(action, days, statement), user_id=user)


def look(session: Session) -> None:
    """What the worker's chore does, once."""
    session.rollback()
    for each in retrain.open_retrainings(session):
        with db.transaction() as writing:
            retrain.look_after(writing, each)
    for where in settle_models.unsettled_models(session):
        with db.transaction() as writing:
            settle_models.settle(writing, where)
    session.rollback()
    session.expire_all()


def due_now(session: Session) -> None:
    session.scalars(select(Retraining)).one().next_try_at = now() - dt.timedelta(seconds=1)
    session.commit()


def one(session: Session) -> ErasedModel:
    return session.scalars(select(ErasedModel)).one()


def words_of(app: Flask, code: str, language: str = "en") -> dict[str, Any]:
    # The request closes the session that it finds, which must not be the test's own.
    with db.scope(), app.test_request_context("/"), force_locale(language):
        return certificate_words(read_certificate(db.session, code))


def said(app: Flask, code: str) -> str:
    return " ".join(line for each in words_of(app, code)["models"] for line in [each["trained"], *each["lines"]])


def moved(session: Session, somebody: Somebody, version: ModelVersion) -> None:
    """What the run of re-scoring does when it is done."""
    session.get_one(Vacancy, (somebody.owner, somebody.vacancy.id)).model_version_id = version.id
    for job in session.scalars(select(Job).where(Job.kind == "rescore")):
        job.state = "done"
    session.commit()


def rescorings(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(Job).where(Job.kind == "rescore").order_by(Job.id))
    return [(row.parameters["vacancy_id"], row.parameters["model_version_id"]) for row in rows]


def test_by_default_a_model_serves_until_one_without_the_person_does(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion, tmp_path: Path
) -> None:
    code = somebody.erase()
    row, due = one(session), session.scalars(select(Retraining)).one()
    assert (row.recorded, row.in_use, row.state) == (True, True, "waiting")
    assert (
        dt.timedelta(days=6.9) < due.due_at - session.scalars(select(Erasure)).one().erased_at < dt.timedelta(days=7.1)
    )
    assert session.get_one(ModelVersion, (somebody.owner, model.id)).state == "serving"
    look(session)
    assert (one(session).state, rescorings(session)) == ("waiting", [])
    assert "serves until a model without the person takes over" in said(app, code)
    assert "begins by" in said(app, code)

    due_now(session)
    look(session)
    job = session.scalars(select(Job).where(Job.kind == "train")).one()
    assert "is under way" in said(app, code)
    new = somebody.model(somebody.other, folder=tmp_path, number=78, state="candidate", promoted_at=None, job_id=job.id)
    job.state = "done"
    session.commit()
    look(session)
    assert "model 78 was trained without the person" in said(app, code)
    assert [
        row.payload["retraining_id"] for row in session.scalars(select(Outbox)) if row.topic == "mail.erasure_notice"
    ]
    assert one(session).state == "waiting"

    with db.transaction() as writing:
        promote_model(writing, somebody.owner, new.id)
    look(session)
    assert rescorings(session) == [(str(somebody.vacancy.id), str(new.id))]
    look(session)
    assert len(rescorings(session)) == 1, "one move for a vacancy, however often the worker looks"
    assert "last open vacancies are being moved to model 78" in said(app, code)
    moved(session, somebody, new)
    look(session)
    assert one(session).done_at is not None
    assert "Out of use since" in said(app, code)
    assert read_certificate(session, code).is_settled


def test_a_vacancy_on_a_model_that_serves_no_more_waits_for_the_promotion_too(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion, tmp_path: Path
) -> None:
    """Rolled back to another model with the person, the vacancy left behind: that a training has ended moves nobody."""
    model.state = "retired"
    session.commit()
    serving = somebody.model(somebody.member, folder=tmp_path, number=76)
    code = somebody.erase()
    due_now(session)
    look(session)
    job = session.scalars(select(Job).where(Job.kind == "train")).one()
    new = somebody.model(somebody.other, folder=tmp_path, number=78, state="candidate", promoted_at=None, job_id=job.id)
    job.state = "done"
    session.commit()
    for _again in range(2):
        look(session)
        assert rescorings(session) == []
        assert {row.state for row in session.scalars(select(ErasedModel))} == {"waiting"}
    assert session.get_one(ModelVersion, (somebody.owner, serving.id)).state == "serving"
    told = [words["lines"][0] for words in words_of(app, code)["models"]]
    assert told == ["It serves until a model without the person takes over."] * 2
    with db.transaction() as writing:
        promote_model(writing, somebody.owner, new.id)
    look(session)
    assert rescorings(session) == [(str(somebody.vacancy.id), str(new.id))]
    moved(session, somebody, new)
    look(session)
    assert {row.state for row in session.scalars(select(ErasedModel))} == {"done"}


def test_an_earlier_model_that_serves_is_not_the_new_one(
    session: Session, somebody: Somebody, model: ModelVersion, tmp_path: Path
) -> None:
    """HR left the vacancy behind when it went back to an earlier model; the erasure does not decide otherwise."""
    model.state = "retired"
    session.commit()
    somebody.model(somebody.other, folder=tmp_path, number=76)
    somebody.erase()
    due = session.scalars(select(Retraining)).one()
    due.state, due.ended_at = "done", now()
    session.commit()
    look(session)
    assert (one(session).state, rescorings(session)) == ("waiting", [])


def test_a_vacancy_that_came_back_by_a_move_under_way_waits_as_well(
    session: Session, somebody: Somebody, model: ModelVersion, tmp_path: Path
) -> None:
    model.state = "retired"
    key = session.scalars(select(ModelVersion).where(ModelVersion.kind == "key_only")).one()
    somebody.vacancy.model_version_id = key.id
    session.commit()
    somebody.model(somebody.member, folder=tmp_path, number=76)
    somebody.erase()
    moved(session, somebody, model)
    look(session)
    row = session.scalars(select(ErasedModel).where(ErasedModel.model_version_id == model.id)).one()
    assert (row.state, row.in_use, row.done_at) == ("waiting", True, None)
    assert row.retraining_id == session.scalars(select(Retraining.id)).one()
    assert rescorings(session) == []


def test_retired_at_once_the_vacancy_is_never_without_a_model(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion
) -> None:
    state(somebody, "retire", 0)
    code = somebody.erase()
    versions = {row.kind: row for row in session.scalars(select(ModelVersion))}
    assert (versions["trained"].state, versions["key_only"].state) == ("retired", "serving")
    assert session.get_one(Vacancy, (somebody.owner, somebody.vacancy.id)).model_version_id == model.id
    assert rescorings(session) == [(str(somebody.vacancy.id), str(versions["key_only"].id))]
    with pytest.raises(Refused), db.transaction() as writing:
        promote_model(writing, somebody.owner, model.id)
    moved(session, somebody, versions["key_only"])
    look(session)
    assert one(session).state == "done"
    assert f"model {versions['key_only'].number} scores instead" in said(app, code)


def test_an_earlier_model_without_the_person_takes_over(
    session: Session, somebody: Somebody, model: ModelVersion, tmp_path: Path
) -> None:
    before = somebody.model(
        somebody.other, folder=tmp_path, number=76, state="retired", promoted_at=now() - dt.timedelta(days=9)
    )
    with_them = somebody.model(
        somebody.member, folder=tmp_path, number=75, state="retired", promoted_at=now() - dt.timedelta(days=1)
    )
    never = somebody.model(somebody.member, folder=tmp_path, number=74, state="candidate", promoted_at=None)
    state(somebody, "retire")
    somebody.erase()
    states = {row.number: row.state for row in session.scalars(select(ModelVersion)) if row.kind == "trained"}
    assert states == {77: "retired", 76: "serving", 75: "retired", 74: "retired"}
    rows = {row.model_version_id: row for row in session.scalars(select(ErasedModel))}
    assert set(rows) == {model.id, with_them.id, never.id}
    assert rows[model.id].fallback_id == before.id
    assert (rows[never.id].state, rows[never.id].in_use) == ("done", False)
    assert session.scalars(select(TrainedWith.staff_member_id).distinct()).all() == [somebody.other.id]


def test_kept_models_stay_for_the_reason_that_was_stated(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion
) -> None:
    state(somebody, "keep", 90, "The works council agreed to a yearly training.")
    code = somebody.erase()
    look(session)
    assert one(session).state == "kept"
    assert "The works council agreed" in words_of(app, code)["policy"]
    assert "It stays by the company's rule." in said(app, code)
    assert "begins by" in said(app, code)
    state(somebody, "replace")
    assert "It stays" in said(app, code), "a certificate keeps what was stated on its day"


def test_several_erasures_make_one_training_due(session: Session, somebody: Somebody, model: ModelVersion) -> None:
    first, second = somebody.erase(), somebody.erase(somebody.other)
    assert first != second
    due = session.scalars(select(Retraining)).one()
    assert {row.retraining_id for row in session.scalars(select(ErasedModel))} == {due.id}
    due_now(session)
    look(session)
    look(session)
    assert len(session.scalars(select(Job).where(Job.kind == "train")).all()) == 1


def test_where_too_few_are_left_the_key_alone_scores(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion
) -> None:
    code = somebody.erase()
    due_now(session)
    look(session)
    job = session.scalars(select(Job).where(Job.kind == "train")).one()
    fail_job(session, job, "too_few", both=12, needed=50)
    session.commit()
    look(session)
    key = session.scalars(select(ModelVersion).where(ModelVersion.kind == "key_only")).one()
    assert key.state == "serving"
    assert rescorings(session) == [(str(somebody.vacancy.id), str(key.id))]
    assert "too little is left to train a model" in said(app, code)
    assert "by the answer key alone" in said(app, code)


def test_hr_gets_a_mail_when_a_training_has_ended(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion, settings: Settings
) -> None:
    somebody.erase()
    due = session.scalars(select(Retraining)).one()
    due.state, due.ended_at, due.model_version_id = "done", now(), model.id
    session.commit()
    for language in LANGUAGES:
        somebody.house.hr.language = language
        session.commit()
        with db.scope(), app.test_request_context("/"):
            assert send_erasure_notice(db.session, somebody.owner, due.id, somebody.house.hr.id, settings)
    paths = list(settings.mail_folder.glob("*.eml"))
    assert len(paths) == len(LANGUAGES)
    for path in paths:
        body = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default).get_body(("plain",))
        assert body is not None
        assert f"/hr/models/{model.id}" in body.get_content()
        assert not [text for text in (NAME, CODE, EMAIL) if text in path.read_text()]


def test_a_training_that_breaks_is_tried_again_the_next_day(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion
) -> None:
    code = somebody.erase()
    due_now(session)
    look(session)
    fail_job(session, session.scalars(select(Job).where(Job.kind == "train")).one(), "broken")
    session.commit()
    look(session)
    due = session.scalars(select(Retraining)).one()
    assert (due.state, due.reason) == ("due", "broken")
    assert due.next_try_at > now() + dt.timedelta(hours=23)
    assert "is repeated" in said(app, code)


def test_a_training_that_hr_begins_by_itself_counts(
    session: Session, somebody: Somebody, model: ModelVersion, tmp_path: Path
) -> None:
    somebody.erase()
    job = start_training(session, somebody.owner, somebody.vacancy.questionnaire_id)
    new = somebody.model(somebody.other, folder=tmp_path, number=78, state="candidate", job_id=job.id)
    job.state = "done"
    session.commit()
    look(session)
    due = session.scalars(select(Retraining)).one()
    assert (due.state, due.model_version_id) == ("done", new.id)


def test_a_run_that_is_under_way_stops_and_begins_again(
    session: Session, somebody: Somebody, settings: Settings
) -> None:
    asked = start_training(session, somebody.owner, somebody.vacancy.questionnaire_id, user_id=somebody.house.hr.id)
    data = taken_down(settings.instance / "jobs" / str(asked.id), [CODE, somebody.other.code])
    session.commit()
    somebody.erase()
    jobs = session.scalars(select(Job).where(Job.kind == "train").order_by(Job.id)).all()
    assert [job.state for job in jobs] == ["cancelled", "queued"]
    assert not data.parent.exists()
    for name in ("questionnaire_id", "form", "criterion", "seed"):
        assert jobs[0].parameters[name] == jobs[1].parameters[name]
    assert jobs[1].user_id == somebody.house.hr.id


def test_files_that_a_dead_process_left_are_swept(session: Session, somebody: Somebody, settings: Settings) -> None:
    asked = start_training(session, somebody.owner, somebody.vacancy.questionnaire_id)
    session.commit()
    somebody.erase()
    data = taken_down(settings.instance / "jobs" / str(asked.id), [CODE])
    for address in (EMAIL, "somebody.else@example.org"):
        message = EmailMessage()
        message["To"] = address
        lay_down(settings.mail_folder, somebody.owner, message)
    with db.transaction() as writing:
        sweep_again(writing, settings)
    assert not data.parent.exists()
    assert len(list(settings.mail_folder.glob("*.eml"))) == 1
    row = session.scalars(select(Erasure)).one()
    assert (len(row.addresses), row.swept_at) == (2, None), "the former address too"
    row.erased_at -= dt.timedelta(minutes=11)
    session.commit()
    with db.transaction() as writing:
        sweep_again(writing, settings)
    session.expire_all()
    assert session.scalars(select(Erasure.addresses)).one() == []


def test_no_model_is_kept_with_somebody_erased_meanwhile(
    session: Session, somebody: Somebody, model: ModelVersion, tmp_path: Path
) -> None:
    data = taken_down(tmp_path, [CODE, somebody.other.code])
    somebody.erase()
    with pytest.raises(TrainingRefused) as refused:
        note_trained_with(session, model, data)
    assert refused.value.reason == "person_erased"


def test_whose_code_changed_during_the_run_is_still_known(session: Session, somebody: Somebody, tmp_path: Path) -> None:
    row = somebody.model(folder=tmp_path, state="candidate")
    assert note_trained_with(session, row, taken_down(tmp_path, ["ZX-OLD", somebody.other.code])) == 2
    assert set(session.scalars(select(TrainedWith.staff_member_id))) == {somebody.member.id, somebody.other.id}


def test_of_an_old_model_it_is_said_that_it_may_hold_the_person(
    app: Flask, session: Session, somebody: Somebody, tmp_path: Path
) -> None:
    somebody.model(folder=tmp_path)
    code = somebody.erase()
    assert one(session).recorded is False
    assert "It may hold the person" in said(app, code)
    without = somebody.erase(somebody.other)
    assert read_certificate(session, without).models == [], "of whom there was nothing to learn from"


def test_an_applicants_own_erasure_finds_models_of_the_hired(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion
) -> None:
    applicant = somebody.hired().someone.applicant
    with db.transaction() as writing:
        code = erase_applicant(writing, writing.merge(applicant), somebody.settings)
    session.rollback()
    row = one(session)
    assert (row.model_version_id, row.recorded, row.state) == (model.id, True, "waiting")
    assert "It was trained with data of the person." in said(app, code)
    assert session.scalars(select(TrainedWith)).all(), "the member of staff stays"


# --- pages


def test_hr_erases_on_a_page_and_gets_a_certificate(
    client: FlaskClient, session: Session, somebody: Somebody, model: ModelVersion
) -> None:
    sign_in(client, somebody.house.hr)
    address = f"/hr/staff/{somebody.member.id}/erase"
    assert address in client.get(f"/hr/staff/{somebody.member.id}").text
    page = client.get(address).text
    assert f"/hr/models/{model.id}" in page
    assert somebody.vacancy.title in page
    assert client.send(address, {"reason": "asked", "code": "other"}).status_code == 400
    assert client.send(address, {"reason": "asked", "code": ""}).status_code == 400
    gone = client.send(address, {"reason": "asked", "code": CODE})
    certificate = gone.location.rpartition("/")[2]
    for each in (gone.location, "/hr/requests/erasures", f"/erased/{certificate}", f"/erased/{certificate.lower()}"):
        shown = client.get(each)
        assert shown.status_code == 200
        assert not [text for text in (NAME, CODE, EMAIL) if text in shown.text]
        assert certificate in shown.text
    assert "Model 77" in client.get(gone.location).text
    assert "data was erased" in client.get(f"/hr/models/{model.id}").text
    assert client.send(address, {"reason": "asked", "code": CODE}).status_code == 404


def test_a_certificate_of_another_company_is_not_hrs_business(
    client: FlaskClient, session: Session, somebody: Somebody, settings: Settings
) -> None:
    code = somebody.erase()
    other = Somebody(session, settings)
    sign_in(client, other.house.hr)
    assert client.get(f"/hr/requests/erasures/{code}").status_code == 404
    assert client.get(f"/hr/staff/{somebody.other.id}/erase").status_code == 404
    assert client.get("/erased/AAAA-BBBB-CCCC-DDDD").status_code == 404


def test_the_certificate_is_a_tagged_pdf_in_each_language(
    app: Flask, session: Session, somebody: Somebody, model: ModelVersion
) -> None:
    code = somebody.erase()
    for language in LANGUAGES:
        with db.scope(), app.test_request_context("/"), force_locale(language):
            made = print_certificate(read_certificate(db.session, code), language, "http://127.0.0.1/erased/X")
        assert made.startswith(b"%PDF")
        assert b"/MarkInfo" in made


def test_before_erasing_no_secret_is_told(
    client: FlaskClient, session: Session, somebody: Somebody, model: ModelVersion
) -> None:
    """Who was in a run on ratings in confidence, and who answered by a link, nobody learns by asking for all."""
    model.figures = {IN_CONFIDENCE: True}
    session.commit()
    sign_in(client, somebody.house.hr)
    pages = [client.get(f"/hr/staff/{each.id}/erase").text for each in (somebody.member, somebody.house.staff[5])]
    assert all("possibly; the certificate says it" in page for page in pages)
    model.figures = {}
    session.commit()
    assert "possibly" not in client.get(f"/hr/staff/{somebody.member.id}/erase").text
    assert "Model 77" not in client.get(f"/hr/staff/{somebody.house.staff[5].id}/erase").text
    somebody.invite(form="A")
    session.commit()
    assert "possibly" in client.get(f"/hr/staff/{somebody.member.id}/erase").text


def test_the_rule_is_set_on_a_page_and_written_down(client: FlaskClient, session: Session, somebody: Somebody) -> None:
    sign_in(client, somebody.house.hr)
    address = "/hr/requests/erasures/rule"
    client.get(address)
    assert client.send(address, {"action": "keep", "days": "30", "statement": ""}).status_code == 400
    assert client.send(address, {"action": "keep", "days": "900", "statement": "x"}).status_code == 400
    assert client.send(address, {"action": "keep", "days": "30", "statement": "We agreed."}).status_code == 302
    assert "We agreed." in client.get("/hr/requests/erasures").text
