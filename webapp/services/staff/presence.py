"""Who is here, and who has left."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, or_

from webapp.records import StaffMember
from webapp.records.base import now


def is_present(table: Any = StaffMember, moment: dt.datetime | None = None) -> ColumnElement[bool]:
    """The condition that somebody works here at this moment; a leaving date may lie ahead."""
    return or_(table.left_at.is_(None), table.left_at > (moment or now()))


def works_here(member: StaffMember, moment: dt.datetime | None = None) -> bool:
    return member.left_at is None or member.left_at > (moment or now())
