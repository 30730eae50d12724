"""A note's way from writing to the board, on both databases."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import rounds, voice
from webapp.config import Settings
from webapp.errors import Conflict
from webapp.records import MonitorFigure, Outbox
from webapp.services.monitor.fill_demo_monitor import fill_demo_monitor
from webapp.services.voice import answer_note as notes
from webapp.services.voice.fill_demo_voice import fill_demo_voice
from webapp.services.voice.open_voice_link import Door, open_shared_link
from webapp.services.voice.read_notes import count_notes, list_notes, notes_to_see_to, read_board
from webapp.services.voice.send_links import send_voice_links
from webapp.services.voice.write_note import Draft, take_back, write_note


def test_a_note_goes_through_every_state(app: Flask, session: Session, settings: Settings) -> None:
    house = rounds.house(session, sizes=(3,))
    box = voice.open_box(session, house, settings)
    owner, hr = house.company.id, house.hr.id
    door = open_shared_link(session, voice.shared(settings, box).rsplit("/", 1)[1])
    draft = Draft(uuid.uuid4(), "work", "The forms come late.")
    kept = write_note(session, door, draft)
    assert write_note(session, door, draft) is kept
    signed = Door(door.organisation, box, house.staff[0])
    mine = write_note(session, signed, Draft(uuid.uuid4(), "pay", "The tables hang late.", name_shown=True))
    session.commit()
    assert count_notes(session, owner) == {"overdue": 0, "open": 2, "answered": 0, "withheld": 0, "taken_back": 0}
    assigned = notes.assign_note(
        session, owner, kept.id, owner=house.staff[1].code, due_on=kept.due_on, user_id=hr, settings=settings
    )
    assert [each.note.id for each in notes_to_see_to(session, house.staff[1])] == [assigned.id]
    notes.draft_answer(session, owner, kept.id, "From May.", user_id=hr)
    notes.publish_answer(session, owner, kept.id, "From May on.", user_id=hr)
    with pytest.raises(Conflict):
        notes.draft_answer(session, owner, kept.id, "Later words.", user_id=hr)
    take_back(session, signed, mine.id)
    session.commit()
    board = read_board(session, owner)
    assert [(each.note.answer, each.owner, each.public_author) for each in board.leaves["answered"].notes] == [
        ("From May on.", "Person 01", "")
    ]
    notes.withhold_note(session, owner, kept.id, "It names a customer.", user_id=hr)
    assert [each.note.withheld_reason for each in list_notes(session, owner, "withheld")] == ["It names a customer."]
    notes.show_again(session, owner, kept.id, user_id=hr)
    # The owner's link was made with the mail, and waits for everybody's.
    assert send_voice_links(session, owner, user_id=hr, settings=settings) == 3
    assert send_voice_links(session, owner, user_id=hr, settings=settings) == 0
    session.commit()
    assert count_notes(session, owner) == {"overdue": 0, "open": 0, "answered": 1, "withheld": 0, "taken_back": 1}


def test_the_demo_has_notes_in_each_state_and_last_years_figures(
    app: Flask, session: Session, settings: Settings
) -> None:
    house = rounds.house(session, sizes=(12, 9, 4))
    fill_demo_voice(session, house.company, settings)
    row = fill_demo_monitor(session, house.company)
    session.commit()
    counts = count_notes(session, house.company.id)
    assert counts == {"overdue": 1, "open": 3, "answered": 1, "withheld": 1, "taken_back": 0}
    figures = session.scalars(select(MonitorFigure).where(MonitorFigure.monitor_id == row.id)).all()
    assert sum(each.mean is not None for each in figures) > 5
    assert session.scalars(select(Outbox)).all() == []
