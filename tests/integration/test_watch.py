"""The weekly look: due once, kept once, honest about few people and damage; findings, mails, what people do."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import people
from tests.factories.signing import sign_in
from tests.factories.watched import Watched, add_applicants, applicants_by_key, applicants_like_staff, watched
from tests.post_office import PostOffice, open_office
from webapp.config import Settings
from webapp.errors import Conflict, Invalid
from webapp.extensions import db
from webapp.jobs import runtime, watch_job
from webapp.records import Event, Job, ModelVersion, Outbox, WatchFinding, WatchLook, WatchMail
from webapp.records.base import now
from webapp.services.job_progress import fail_job, find_job
from webapp.services.watch import act
from webapp.services.watch.due_looks import look_now, looks_due, looks_of_job, queue_due
from webapp.services.watch.settle_findings import settle_findings
from webapp.services.watch.subscribe import subscribe
from webapp.services.watch.take_look import figures_of, gather_look, keep_look
from webapp.services.watch.tell import queue_mails, send_watch_mail
from webapp.services.watch.weeks import end_of, last_whole_week, start_of, week_of, weeks_before

WEEK = dt.timedelta(days=7)


@pytest.fixture
def house(session: Session) -> Watched:
    return watched(session)


def take(session: Session, house: Watched, week: str | None = None) -> WatchLook:
    material = gather_look(session, house.owner, house.model.id, week or week_of(now()))
    assert material is not None
    row = keep_look(session, material, figures_of(material), None)
    assert row is not None
    session.commit()
    return row


def found(session: Session, house: Watched, *names: tuple[str, str], week: str = "2026-W40") -> list[WatchFinding]:
    """Settle a look that found this, without computing anything."""
    findings = [
        {"name": name, "level": level, "numbers": [{"d": 0.3, "low": 0.1, "high": 0.5}]} for name, level in names
    ]
    look = WatchLook(
        organisation_id=house.owner,
        model_version_id=house.model.id,
        week=week,
        state="watch",
        figures={"findings": findings},
    )
    settle_findings(session, look)
    session.flush()
    rows = select(WatchFinding).where(WatchFinding.model_version_id == house.model.id)
    return list(session.scalars(rows.order_by(WatchFinding.name)))


def test_weeks_run_from_monday_to_sunday_and_over_the_year() -> None:
    assert week_of(dt.datetime(2027, 1, 3, 23, 59, tzinfo=dt.UTC)) == "2026-W53"
    assert start_of("2027-W01") == dt.datetime(2027, 1, 4, tzinfo=dt.UTC) == end_of("2026-W53")
    assert weeks_before("2027-W02", 3) == ["2026-W53", "2027-W01", "2027-W02"]


def test_a_whole_week_is_looked_at_once(session: Session, house: Watched) -> None:
    add_applicants(session, house, applicants_like_staff(40), 10)
    week = last_whole_week(now())
    first = gather_look(session, house.owner, house.model.id, week)
    second = gather_look(session, house.owner, house.model.id, week)
    assert first is not None
    assert second is not None
    row = keep_look(session, first, figures_of(first), None)
    assert row is not None
    assert row.whole
    assert row.applicants == 40
    assert row.staff == 60
    assert keep_look(session, second, {"state": "alarm"}, None) is None
    assert gather_look(session, house.owner, house.model.id, week) is None
    assert session.scalar(select(func.count()).select_from(WatchLook)) == 1


def test_a_run_is_queued_once_and_again_when_a_week_has_gone(session: Session, house: Watched) -> None:
    moment = now()
    assert {week for _model, week in looks_due(session, house.owner, moment)} >= set(
        weeks_before(last_whole_week(moment), 2)
    )
    job = queue_due(session, house.owner, moment)
    assert job is not None
    assert queue_due(session, house.owner, moment) is None
    for model, week in looks_of_job(session, job):
        material = gather_look(session, house.owner, model, week)
        assert material is not None
        assert keep_look(session, material, figures_of(material), job.id) is not None
    job.state = "done"
    session.flush()
    assert queue_due(session, house.owner, moment) is None
    later = moment + 3 * WEEK
    missed = {week for _model, week in looks_due(session, house.owner, later)}
    assert missed == set(weeks_before(last_whole_week(later), 3))
    assert queue_due(session, house.owner, later) is not None
    # A clock that went back finds everything looked at.
    assert looks_due(session, house.owner, moment) == []


@SQLITE
def test_a_failed_run_is_tried_again_after_a_day_and_a_cancelled_one_next_week(
    session: Session, house: Watched
) -> None:
    moment = now()
    job = queue_due(session, house.owner, moment)
    assert job is not None
    fail_job(session, job, "broken")
    assert queue_due(session, house.owner, moment) is None
    job.created_at = moment - dt.timedelta(days=2)
    again = queue_due(session, house.owner, moment)
    assert again is not None
    again.state = "cancelled"
    session.flush()
    assert queue_due(session, house.owner, moment + dt.timedelta(hours=1)) is None
    assert queue_due(session, house.owner, moment + WEEK) is not None


@SQLITE
def test_few_people_are_not_compared_and_staff_who_are_all_alike_are_no_yardstick(
    session: Session, house: Watched
) -> None:
    add_applicants(session, house, applicants_like_staff(40)[:6], 2)
    row = take(session, house)
    assert row.state == "too_few"
    assert row.figures["domain"] is None
    assert not row.whole
    assert row.figures["weeks"][0]["mean"] is None
    assert row.figures["findings"] == []


@SQLITE
def test_answers_by_the_key_are_found_and_a_damaged_model_is_said_to_be_so(session: Session, house: Watched) -> None:
    add_applicants(session, house, applicants_like_staff(40), 60)
    add_applicants(session, house, applicants_by_key(35), 3, language="lt")
    row = take(session, house)
    names = {each["name"]: each["level"] for each in row.figures["findings"]}
    assert row.state == "alarm"
    assert {"answers", "answers_lately", "score", "trend", "flags", "languages"} <= set(names)
    assert names["languages"] == "watch"
    assert row.figures["items"][0]["psi"] >= 0.25
    shares = {each["kind"]: each["lately"] for each in row.figures["flags"]}
    assert shares["key_agreement"] == 1.0
    house.model.artefact = b"edited on the disk"
    house.model.artefact_sha256 = "0" * 64
    session.commit()
    damaged = take(session, house)
    assert damaged.id == row.id
    assert damaged.state == "damaged"
    state = {each.name: each.state for each in session.scalars(select(WatchFinding))}
    assert state["damaged"] == state["answers"] == "open"


@SQLITE
def test_what_was_acknowledged_stays_quiet_until_it_gets_worse(session: Session, house: Watched) -> None:
    by = house.company.hr.id
    (row,) = found(session, house, ("score", "watch"))
    act.acknowledge(session, house.owner, row.id, " Known: a new channel. ", by)
    assert (row.state, row.note, row.acted_by) == ("acknowledged", "Known: a new channel.", by)
    found(session, house, ("score", "watch"))
    assert (row.state, row.serial) == ("acknowledged", 1)
    found(session, house, ("score", "alarm"))
    assert (row.state, row.level, row.serial, row.note) == ("open", "alarm", 2, "")
    found(session, house)
    assert row.state == "over"
    with pytest.raises(Conflict):
        act.acknowledge(session, house.owner, row.id, "late", by)
    found(session, house, ("score", "watch"))
    assert (row.state, row.serial) == ("open", 2)
    actions = session.scalars(select(Event.action).where(Event.action.startswith("watch.")).order_by(Event.id)).all()
    assert sorted(actions) == [
        "watch.acknowledged",
        "watch.found",
        "watch.over",
        "watch.reopened",
        "watch.reopened",
    ]


def test_what_was_put_off_wakes_on_its_day(session: Session, house: Watched) -> None:
    by, today = house.company.hr.id, now().date()
    (row,) = found(session, house, ("flags", "watch"))
    for day in (today, today + dt.timedelta(days=200)):
        with pytest.raises(Invalid):
            act.snooze(session, house.owner, row.id, day, "", by)
    act.snooze(session, house.owner, row.id, today + dt.timedelta(days=3), "After the fair", by)
    assert act.wake(session) == 0
    assert row.state == "snoozed"
    row.snoozed_until = today.isoformat()
    session.flush()
    assert act.wake(session) == 1
    assert (row.state, row.serial) == ("open", 2)


@SQLITE
def test_each_finding_is_written_about_once_until_somebody_acts(session: Session, house: Watched) -> None:
    hr, other = house.company.hr, people.user(session, house.company.organisation, "hr")
    recruiter = people.user(session, house.company.organisation, "recruiter")
    subscribe(session, house.owner, {hr.id: "watch", other.id: "alarm", recruiter.id: "watch"}, hr.id)
    (row,) = found(session, house, ("score", "watch"))
    assert (queue_mails(session, house.owner), queue_mails(session, house.owner)) == (1, 0)
    found(session, house, ("score", "alarm"))
    assert queue_mails(session, house.owner) == 1
    found(session, house)
    found(session, house, ("score", "alarm"))
    assert queue_mails(session, house.owner) == 0
    act.acknowledge(session, house.owner, row.id, "Seen", hr.id)
    found(session, house)
    found(session, house, ("score", "alarm"))
    assert queue_mails(session, house.owner) == 2
    assert session.scalar(select(func.count()).select_from(WatchMail)) == 4
    assert set(session.scalars(select(Outbox.topic).where(Outbox.topic == "mail.watch"))) == {"mail.watch"}


@SQLITE
def test_the_mail_goes_out_in_both_kinds_and_the_readers_language(
    app: Flask, session: Session, house: Watched, settings: Settings
) -> None:
    house.company.hr.language = "lt"
    subscribe(session, house.owner, {house.company.hr.id: "watch"}, house.company.hr.id)
    rows = found(session, house, ("score", "alarm"), ("trend", "watch"))
    queue_mails(session, house.owner)
    batch = session.scalars(select(WatchMail.batch_id).distinct()).one()
    act.acknowledge(session, house.owner, rows[1].id, "Seen", house.company.hr.id)
    session.commit()
    office = PostOffice()
    with open_office(office) as url, app.test_request_context():
        posted = Settings(**{**settings.__dict__, "smtp_url": url})
        assert send_watch_mail(session, house.owner, batch, house.company.hr.id, posted)
        act.acknowledge(session, house.owner, rows[0].id, "Seen", house.company.hr.id)
        session.commit()
        assert not send_watch_mail(session, house.owner, batch, house.company.hr.id, posted)
    mail = office.only()
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert mail["Content-Language"] == "lt"
    assert mail["To"].addresses[0].addr_spec == house.company.hr.email
    assert plain.get_content().count("\n- ") == page.get_content().count("<li>") == 1
    assert "/hr/watch" in plain.get_content()


@SQLITE
def test_a_run_keeps_each_look_mails_once_and_stops_if_cancelled(app: Flask, session: Session, house: Watched) -> None:
    add_applicants(session, house, applicants_like_staff(40), 60)
    add_applicants(session, house, applicants_by_key(35), 3)
    subscribe(session, house.owner, {house.company.hr.id: "watch"}, house.company.hr.id)
    runtime.enter(app)
    gone = look_now(session, house.owner, house.company.hr.id)
    session.commit()
    with db.transaction() as writing:
        find_job(writing, house.owner, gone.id).state = "cancelled"
    watch_job.look_at_all(str(house.owner), str(gone.id))
    assert session.scalar(select(func.count()).select_from(WatchLook)) == 0
    job = look_now(session, house.owner, house.company.hr.id)
    session.commit()
    for _again in range(2):
        watch_job.look_at_all(str(house.owner), str(job.id))
    session.expire_all()
    done = find_job(session, house.owner, job.id)
    assert (done.state, done.result["mails"]) == ("done", 1)
    assert done.result["looks"] == session.scalar(select(func.count()).select_from(WatchLook))
    session.commit()


@SQLITE
def test_the_pages_show_what_was_kept(client: FlaskClient, session: Session, house: Watched) -> None:
    add_applicants(session, house, applicants_like_staff(40), 60)
    add_applicants(session, house, applicants_by_key(35), 3)
    session.commit()
    sign_in(client, house.company.hr)
    assert "not looked at" in client.get("/hr/watch").text
    assert "Not looked at yet" in client.get(f"/hr/watch/models/{house.model.id}").text
    take(session, house)
    page = client.get("/hr/watch").text
    assert "Applicants choose other options than staff" in page
    assert "about one look of twenty" in page
    assert "alarm" in client.get("/hr/models").text
    assert "/hr/watch" in client.get("/hr").text
    model = client.get(f"/hr/watch/models/{house.model.id}").text
    assert "It does not say who answers more honestly" in model
    assert "week so far" not in model
    row = session.scalars(select(WatchFinding).where(WatchFinding.name == "score")).one()
    address = f"/hr/watch/findings/{row.id}"
    client.get(address)
    assert client.send(address, {"note": ""}).status_code == 400  # type: ignore[attr-defined]
    assert client.send(f"{address}/snooze", {"until": "2020-01-01"}).status_code == 400  # type: ignore[attr-defined]
    assert client.send(address, {"note": "Known"}).status_code == 302  # type: ignore[attr-defined]
    assert "Known" in client.get("/hr/watch").text
    name = f"person_{house.company.hr.id.hex}"
    client.get("/hr/watch/mails")
    assert client.send("/hr/watch/mails", {name: "often"}).status_code == 400  # type: ignore[attr-defined]
    assert client.send("/hr/watch/mails", {name: "alarm"}).status_code == 302  # type: ignore[attr-defined]
    client.get("/hr/watch")
    job = client.send("/hr/watch/now").headers["Location"]  # type: ignore[attr-defined]
    assert client.get(job).status_code == 200
    assert client.send("/hr/watch/now").status_code == 409  # type: ignore[attr-defined]


@SQLITE
def test_a_language_that_staff_did_not_answer_in_is_said_and_what_to_do(
    client: FlaskClient, session: Session, house: Watched
) -> None:
    house.model.figures = {**house.model.figures, "groups": {"languages": [{"language": "en", "n": 60}]}}
    add_applicants(session, house, applicants_like_staff(40), 3, "lt")
    session.commit()
    take(session, house)
    row = session.scalars(select(WatchFinding).where(WatchFinding.name == "unlearned")).one()
    assert row.level == "watch"
    sign_in(client, house.company.hr)
    finding = client.get(f"/hr/watch/findings/{row.id}").text
    assert "Lithuanian: 100% of applicants answered in it" in finding
    assert "Have staff answer in this language" in finding
    watched = client.get(f"/hr/watch/models/{house.model.id}").text
    table = watched[watched.index("Shares of languages") :]
    assert re.findall(r'<td class="num"[^>]*>([^<]*)</td>', table)[:2] == ["–", "100%"]
    assert "Languages that it has not learned" in client.get(f"/hr/models/{house.model.id}").text


@SQLITE
def test_other_companies_and_roles_see_nothing(client: FlaskClient, session: Session, house: Watched) -> None:
    (row,) = found(session, house, ("score", "watch"))
    stranger = people.user(session, people.organisation(session), "hr")
    recruiter = people.user(session, house.company.organisation, "recruiter")
    session.commit()
    sign_in(client, stranger)
    for address in (f"/hr/watch/findings/{row.id}", f"/hr/watch/models/{house.model.id}"):
        assert client.get(address).status_code == 404
    with pytest.raises(Conflict):
        look_now(session, stranger.organisation_id, stranger.id)
    second = client.application.test_client()
    sign_in(second, recruiter)
    assert second.get("/hr/watch").status_code in (403, 404)
    assert session.get(ModelVersion, (stranger.organisation_id, house.model.id)) is None
    assert session.scalar(select(func.count()).select_from(Job)) == 0
    assert uuid.UUID(str(row.id))
