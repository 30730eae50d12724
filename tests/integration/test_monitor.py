"""The loyalty monitor: anonymous answers by links that give one ballot, figures once, and nothing else."""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

import webapp
from tests.databases import SQLITE
from tests.factories import monitors, rounds
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.errors import Conflict, Gone, Invalid
from webapp.extensions import db
from webapp.jobs import runtime, staff_talk_job
from webapp.rater import monitor_views as rater_views
from webapp.records import (
    Event,
    Monitor,
    MonitorBallot,
    MonitorFigure,
    MonitorTicket,
    Outbox,
    StaffMember,
)
from webapp.records.base import now
from webapp.services.monitor import remind_monitor
from webapp.services.monitor.close_monitor import close_monitor
from webapp.services.monitor.draft_monitor import MonitorPlan, draft_monitor, move_closing
from webapp.services.monitor.give_ballot import Slot, put_in, spend_ticket
from webapp.services.monitor.groups import UnitSize, make_groups
from webapp.services.monitor.open_monitor import open_monitor


@pytest.fixture
def house(client: FlaskClient, session: Session) -> rounds.House:
    return rounds.house(session, sizes=(10, 9, 2))


def count(session: Session, table: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_year_from_draft_to_figures(
    app: Flask, client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    """On both databases: HR opens, everybody of two units answers, HR closes and reads figures."""
    sign_in(client, house.hr)
    client.get("/hr/monitors/new")
    send = client.send  # type: ignore[attr-defined]
    form = {"year": now().year, "closes_on": now().date() + dt.timedelta(days=9), "reminder_days": "2"}
    page = send("/hr/monitors/new", form).location
    preview = client.get(page).get_data(as_text=True)
    assert "21 people would get a mail" in preview
    assert "Small units together" in preview
    assert send(f"{page}/open").status_code == 302
    session.rollback()
    row = session.scalars(select(Monitor)).one()
    assert count(session, Outbox) == 21
    for number, ticket in enumerate(monitors.tickets(session, row), 1):
        if number < 3:
            assert monitors.send(app.test_client(), monitors.link(settings, ticket), monitors.answers(number)) == 302
        else:
            monitors.vote(session, settings, ticket, number)
        if number == 7:
            assert "At least 5 of 21 people" in client.get(page).get_data(as_text=True)
    assert count(session, MonitorBallot) == 21
    client.get(page)
    assert send(f"{page}/close").status_code == 302
    shown = client.get(page).get_data(as_text=True)
    assert "The whole company" in shown
    assert "Unit 0" in shown
    assert "At least 20 of 21 people took part" in shown
    assert count(session, MonitorBallot) == 0
    assert session.scalars(select(MonitorTicket.used)).all() == [False] * 21
    figures = session.scalars(select(MonitorFigure)).all()
    assert len(figures) == 5 * 3
    assert all(1 <= each.mean <= 5 for each in figures if each.mean is not None)


@SQLITE
def test_a_ballot_tells_nobody_and_no_time(
    app: Flask, session: Session, settings: Settings, house: rounds.House
) -> None:
    row = monitors.opened(session, house, settings)
    names = {column.name for column in MonitorBallot.__table__.columns}
    assert names == {"organisation_id", "id", "monitor_id", "group_number", "answers"}
    order = []
    mine = [each for each in monitors.tickets(session, row) if each.group_number == 1]
    for number, ticket in enumerate(mine):
        monitors.vote(session, settings, ticket, number)
        order.append({item: int(value) for item, value in monitors.answers(number).items()})
    kept = session.execute(text("SELECT id FROM monitor_ballot ORDER BY rowid")).scalars().all()
    assert all(uuid.UUID(str(each)).version == 4 for each in kept)
    stored = session.scalars(select(MonitorBallot).order_by(text("rowid"))).all()
    assert sorted(map(str, (dict(sorted(each.items())) for each in order))) == sorted(
        str(dict(sorted(each.answers.items()))) for each in stored
    )
    assert [dict(each.answers) for each in stored] != order, "one chance in 3,628,800 to lie in order"
    days = session.scalars(select(Event).where(Event.action == "monitor.ticket_used")).all()
    assert {(each.at.time(), each.subject_id, each.id.version) for each in days} == {(dt.time(), None, 4)}


def test_no_transaction_holds_both_the_ticket_and_the_answers(
    app: Flask, session: Session, settings: Settings, house: rounds.House
) -> None:
    """On PostgreSQL a row names the transaction that wrote it: ticket and ballot must not share one."""
    row = monitors.opened(session, house, settings)
    for number, ticket in enumerate(monitors.tickets(session, row)[:3]):
        monitors.send(app.test_client(), monitors.link(settings, ticket), monitors.answers(number))
    if db.engine.dialect.name == "sqlite":
        assert count(session, MonitorBallot) == 3
        return
    wrote = {
        table: set(session.execute(text(f"SELECT xmin::text FROM {table}")).scalars())
        for table in ("monitor_ticket", "monitor_ballot")
    }
    assert not wrote["monitor_ticket"] & wrote["monitor_ballot"]
    # Whoever came later has stirred those before: all were written by fewer transactions than there were people.
    assert len(wrote["monitor_ballot"]) == 1


@SQLITE
def test_the_answers_cannot_be_sent_twice(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    row = monitors.opened(session, house, settings)
    address = monitors.link(settings, monitors.tickets(session, row)[0])
    assert monitors.send(client, address, monitors.answers(1)) == 302
    form = {f"s:{item}": value for item, value in monitors.answers(2).items()}
    again = client.send(f"{address}/statements", form)  # type: ignore[attr-defined]
    assert again.status_code == 409
    assert "each link gives one set of answers" in again.get_data(as_text=True)
    assert count(session, MonitorBallot) == 1
    assert "Your answers are in." in client.get(address).get_data(as_text=True)
    assert client.get(f"{address}/statements").status_code == 302


def test_presses_at_once_give_one_ballot(app: Flask, session: Session, settings: Settings, house: rounds.House) -> None:
    """On both databases: one press wins, the others are told."""
    runtime.enter(app)
    row = monitors.opened(session, house, settings)
    token = monitors.link(settings, monitors.tickets(session, row)[0]).removeprefix("/m/")

    def press(_number: int) -> bool:
        with runtime.work_scope():
            try:
                with db.transaction() as mine:
                    spend_ticket(mine, token)
            except Conflict:
                return False
        return True

    with ThreadPoolExecutor(4) as presses:
        assert sorted(presses.map(press, range(4))) == [False, False, False, True]


@SQLITE
def test_looking_spends_nothing(client: FlaskClient, session: Session, settings: Settings, house: rounds.House) -> None:
    row = monitors.opened(session, house, settings)
    ticket = monitors.tickets(session, row)[0]
    for _look in range(3):
        assert client.get(monitors.link(settings, ticket)).status_code == 200
    session.refresh(ticket)
    assert not ticket.used


FAULTS = (
    ({monitors.ITEMS[3]: ""}, "One statement has no choice yet"),
    ({monitors.ITEMS[0]: "6", monitors.ITEMS[1]: "x"}, "2 statements have no choice yet"),
    (dict.fromkeys(monitors.ITEMS, "none"), "there is nothing to send"),
)


@SQLITE
def test_answers_that_cannot_be_taken(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    row = monitors.opened(session, house, settings)
    ticket = monitors.tickets(session, row)[0]
    for change, words in FAULTS:
        given = monitors.answers(1) | change
        assert monitors.send(client, monitors.link(settings, ticket), given) == 400
        page = client.last_page  # type: ignore[attr-defined]
        assert words in page
        assert page.count(" checked") == sum(value in {*"12345", "none"} for value in given.values())
    session.refresh(ticket)
    assert (ticket.used, count(session, MonitorBallot)) == (False, 0)


@SQLITE
def test_a_failure_in_the_second_step_gives_the_ticket_back(
    app: Flask, session: Session, settings: Settings, house: rounds.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = monitors.opened(session, house, settings)
    ticket = monitors.tickets(session, row)[0]

    def broken(*_given: object) -> None:
        raise Gone("the disk is full")

    voter = app.test_client()
    with monkeypatch.context() as patched:
        patched.setattr(rater_views, "put_in", broken)
        assert monitors.send(voter, monitors.link(settings, ticket), monitors.answers(1)) == 410
    session.refresh(ticket)
    assert not ticket.used
    session.commit()
    assert monitors.send(voter, monitors.link(settings, ticket), monitors.answers(1)) == 302


@SQLITE
def test_a_closed_monitors_link_says_so_and_takes_nothing(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    row = monitors.opened(session, house, settings)
    address = monitors.link(settings, monitors.tickets(session, row)[0])
    client.get(f"{address}/statements")
    close_monitor(session, house.company.id, row.id)
    session.commit()
    assert not close_monitor(session, house.company.id, row.id)
    session.commit()
    form = {f"s:{item}": value for item, value in monitors.answers(1).items()}
    late = client.send(f"{address}/statements", form)  # type: ignore[attr-defined]
    assert late.status_code == 410
    assert "closed on" in late.get_data(as_text=True)
    assert client.get(address).status_code == 410
    with pytest.raises(Gone):
        put_in(session, Slot(house.company.id, row.id, 1), {"work-use": 3})
    session.rollback()
    assert count(session, MonitorBallot) == 0


@SQLITE
def test_the_servers_clock_closes_even_if_the_job_is_late(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    row = monitors.opened(session, house, settings)
    address = monitors.link(settings, monitors.tickets(session, row)[0])
    row.closes_at = now() - dt.timedelta(seconds=1)
    session.commit()
    assert client.get(address).status_code == 410
    with pytest.raises(Gone):
        spend_ticket(session, address.removeprefix("/m/"))
    session.rollback()
    assert remind_monitor.look_after(session, (house.company.id, row.id), settings)
    session.commit()
    assert row.state == "closed"


@SQLITE
def test_somebody_who_left_has_no_say_any_more(
    client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    row = monitors.opened(session, house, settings)
    ticket = monitors.tickets(session, row)[0]
    session.get_one(StaffMember, (house.company.id, ticket.staff_member_id)).left_at = now()
    session.commit()
    assert client.get(monitors.link(settings, ticket)).status_code == 410


@SQLITE
def test_a_year_has_one_monitor_and_days_must_be_right(session: Session, house: rounds.House) -> None:
    monitors.draft(session, house)
    today, year = now().date(), now().year
    faults = {
        "already": MonitorPlan(year, today),
        "this year or the next": MonitorPlan(year + 2, today),
        "over already": MonitorPlan(year + 1, today - dt.timedelta(days=1)),
        "at most": MonitorPlan(year + 1, today + dt.timedelta(days=90)),
    }
    for words, plan in faults.items():
        with pytest.raises(Invalid, match=words):
            draft_monitor(session, house.company.id, plan, user_id=None)


@SQLITE
def test_a_company_of_seven_cannot_open_one(client: FlaskClient, session: Session, settings: Settings) -> None:
    small = rounds.house(session, sizes=(5, 2))
    row = monitors.draft(session, small)
    with pytest.raises(Invalid, match="nobody would be anonymous"):
        open_monitor(session, small.company.id, row.id, settings, user_id=small.hr.id)
    session.rollback()
    sign_in(client, small.hr)
    assert "It cannot open yet" in client.get(f"/hr/monitors/{row.id}").get_data(as_text=True)


@SQLITE
def test_reminders_go_to_unused_links_only_and_name_nobody(
    app: Flask, client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    row = monitors.opened(session, house, settings, reminders=(2,))
    tickets = monitors.tickets(session, row)
    monitors.send(client, monitors.link(settings, tickets[0]), monitors.answers(1))
    old = monitors.link(settings, tickets[1])
    stays = monitors.link(settings, tickets[2])
    tickets[2] = session.merge(tickets[2])
    tickets[2].sent = True
    session.get_one(StaffMember, (house.company.id, tickets[2].staff_member_id)).email = "hr@example.org"
    session.get_one(StaffMember, (house.company.id, tickets[1].staff_member_id)).email = "new@example.org"
    row.closes_at, row.opened_at = now() + dt.timedelta(days=1, hours=12), now() - dt.timedelta(days=9)
    session.commit()
    where = (house.company.id, row.id)
    assert remind_monitor.look_after(session, where, settings)
    assert not remind_monitor.look_after(session, where, settings)
    session.commit()
    payloads = session.scalars(select(Outbox.payload).where(Outbox.topic == "mail.monitor_reminder")).all()
    assert {each["ticket_id"] for each in payloads} == {str(each.id) for each in tickets[1:]}
    assert client.get(old).status_code == 404, "no mail had brought it, and the address was mended"
    assert client.get(stays).status_code == 200, "what was sent stays where it went"
    session.rollback()
    assert "hr@example.org" not in session.scalars(select(MonitorTicket.email)).all()
    with pytest.raises(Conflict):
        remind_monitor.remind_by_hand(session, *where, settings, user_id=house.hr.id)
    session.rollback()
    events = session.scalars(select(Event).where(Event.action == "monitor.reminded")).all()
    assert [(each.subject, each.detail) for each in events] == [("monitor", {})]
    ids, owner = [str(each.id) for each in tickets[:2]], str(house.company.id)
    runtime.enter(app)
    session.rollback()
    sent = [staff_talk_job.post_monitor.__wrapped__(owner, each, True) for each in ids]  # type: ignore[attr-defined]
    assert sent == [False, True]
    assert len(list(settings.mail_folder.glob("*.eml"))) == 1


@SQLITE
def test_days_can_be_moved_while_it_is_open(session: Session, settings: Settings, house: rounds.House) -> None:
    row = monitors.opened(session, house, settings)
    day = now().date() + dt.timedelta(days=3)
    moved = move_closing(session, house.company.id, row.id, day, user_id=house.hr.id)
    assert moved.closes_at.date() == day + dt.timedelta(days=1)
    with pytest.raises(Invalid, match="over already"):
        move_closing(session, house.company.id, row.id, now().date() - dt.timedelta(days=1), user_id=house.hr.id)


def test_small_units_are_counted_together() -> None:
    a, b, c, d = (uuid.uuid4() for _each in range(4))
    sizes = [UnitSize(a, "A", 20), UnitSize(b, "B", 2), UnitSize(c, "C", 9), UnitSize(d, "D", 0)]
    groups = make_groups(sizes)
    assert [(each.name, each.asked, each.number) for each in groups] == [("A", 20, 1), ("", 11, 2)]
    assert set(groups[1].units) == {b, c}, "two people alone would be known, so the next larger unit joins them"
    assert [each.asked for each in make_groups(sizes[:2])] == [22]
    assert [each.unit_id for each in make_groups([UnitSize(None, "", 9), UnitSize(a, "A", 8)])] == [None, a]


def test_two_services_and_the_demo_only_know_the_ballots() -> None:
    site = Path(webapp.__file__).parent
    sources = [path for path in site.rglob("*.py") if "migrations" not in path.parts]
    knowing = {str(path.relative_to(site)) for path in sources if "MonitorBallot" in path.read_text()}
    assert knowing == {
        "records/__init__.py",
        "records/monitor.py",
        "services/monitor/give_ballot.py",
        "services/monitor/close_monitor.py",
        "services/monitor/fill_demo_monitor.py",
    }
