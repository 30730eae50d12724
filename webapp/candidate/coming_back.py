"""Scanners of mail press buttons, but they tick no boxes: with something at stake, a tick says that a person is here.

A browser in which somebody once ticked a box of a sitting, or typed into it, is known to be a person's from then on.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Protocol

from flask import request
from flask import session as cookie

from webapp.security import held_organisation

PEOPLE = "people"
MOST = 20


class Begun(Protocol):
    """What of a sitting tells whether it has begun."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def state(self) -> str: ...
    @property
    def consented_at(self) -> dt.datetime | None: ...


def asks_who(sitting: Begun | None) -> bool:
    """Whether this browser has yet to say who comes back to a sitting that has begun."""
    if sitting is None or (sitting.consented_at is None and sitting.state == "started"):
        return False
    return held_organisation(sitting.id) is None


def has_said() -> bool:
    return request.form.get("me") == "y"


def not_said() -> bool:
    """Whether the button was pressed without the tick just now."""
    return request.args.get("me") == "missing"


def note_person(sitting_id: uuid.UUID) -> None:
    """Somebody agreed, typed or ticked here."""
    known = [each for each in cookie.get(PEOPLE, []) if each != str(sitting_id)]
    cookie[PEOPLE] = [*known, str(sitting_id)][-MOST:]


def forget_person(sitting_id: uuid.UUID) -> None:
    """On a computer that others use too."""
    cookie[PEOPLE] = [each for each in cookie.get(PEOPLE, []) if each != str(sitting_id)]


def is_new(sitting_id: uuid.UUID) -> bool:
    """Whether nothing in this browser has shown yet that a person is here: somebody pressed Start, or something."""
    return str(sitting_id) not in cookie.get(PEOPLE, [])


def person_is_here(sitting_id: uuid.UUID) -> bool:
    """For what takes something away: a known browser, or the tick just now."""
    if is_new(sitting_id) and has_said():
        note_person(sitting_id)
    return not is_new(sitting_id)
