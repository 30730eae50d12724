"""Somebody comes back by their link: with answers at stake, a tick says that no program pressed the button."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Protocol

from flask import request

from webapp.security import held_organisation


class Begun(Protocol):
    """What of a sitting tells whether it has begun."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def state(self) -> str: ...
    @property
    def consented_at(self) -> dt.datetime | None: ...


def asks_who(sitting: Begun | None) -> bool:
    """Whether this browser has yet to say who comes: scanners of mail press buttons, but they tick no boxes."""
    if sitting is None or (sitting.consented_at is None and sitting.state == "started"):
        return False
    return held_organisation(sitting.id) is None


def has_said() -> bool:
    return request.form.get("me") == "y"


def not_said() -> bool:
    """Whether the button was pressed without the tick just now."""
    return request.args.get("me") == "missing"
