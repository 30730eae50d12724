"""What a note without a name, and a ballot, leave behind in the whole database: these rows and no other."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import monitors, rounds, voice
from tests.integration.test_voice import write
from webapp.commands.processes import server_options
from webapp.config import Settings
from webapp.extensions import db
from webapp.records import Base, MonitorTicket

Dump = dict[str, set[str]]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def house(client: FlaskClient, session: Session) -> rounds.House:
    return rounds.house(session, sizes=(9,))


def dump() -> Dump:
    """Every row of every table, as text."""
    with db.engine.connect() as connection:
        return {
            name: {str(tuple(row)) for row in connection.execute(select(table))}
            for name, table in Base.metadata.tables.items()
        }


def changed(before: Dump, after: Dump) -> Dump:
    return {name: after[name] ^ before[name] for name in after if after[name] != before[name]}


def test_a_note_without_a_name(client: FlaskClient, session: Session, settings: Settings, house: rounds.House) -> None:
    address = voice.shared(settings, voice.open_box(session, house, settings))
    client.get(address)
    before = dump()
    assert write(client, address).status_code == 302
    written = changed(before, dump())
    assert {name: len(rows) for name, rows in written.items()} == {"voice_note": 1, "event": 1}
    everything = " ".join(row for rows in written.values() for row in rows)
    assert not [each for each in house.staff if each.id.hex in everything.replace("-", "") or each.code in everything]
    assert "127.0.0.1" not in everything


def test_a_ballot_names_no_ticket_and_a_ticket_no_ballot(
    app: Flask, client: FlaskClient, session: Session, settings: Settings, house: rounds.House
) -> None:
    row = monitors.opened(session, house, settings)
    mine: MonitorTicket = monitors.tickets(session, row)[4]
    before = dump()
    assert monitors.send(client, monitors.link(settings, mine), monitors.answers(7)) == 302
    written = changed(before, dump())
    # A ticket that changed stands there twice: as it was and as it is.
    assert {name: len(rows) for name, rows in written.items()} == {"monitor_ticket": 2, "monitor_ballot": 1, "event": 1}
    ballot, event = (next(iter(written[name])) for name in ("monitor_ballot", "event"))
    known = (mine.id, mine.staff_member_id, mine.link_id, mine.token_hash, mine.email)
    for text in (ballot, event):
        assert not [each for each in known if str(each) in text]
    held = client.get_cookie("session")
    client.get(monitors.link(settings, mine))
    assert held is None or str(mine.id) not in held.value


def test_the_server_keeps_no_list_of_visits(settings: Settings) -> None:
    """The pages promise it; gunicorn writes one where `accesslog` is set."""
    assert not {"accesslog", "logger_class", "statsd_host"} & server_options(8000, 1).keys()
