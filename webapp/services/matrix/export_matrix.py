"""Who serves whom as a table: the form in which it is imported."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import StaffMember
from webapp.services.matrix.import_matrix import COLUMNS
from webapp.services.matrix.read_matrix import plain_id
from webapp.services.matrix.snapshot import take_snapshot
from webapp.services.spreadsheet_safety import safe_cell


def matrix_csv(session: Session, organisation_id: uuid.UUID) -> bytes:
    """Every pair of people who are here, by codes, with the names beside them."""
    people = cells(session, organisation_id)
    shown, size = list(people.values()), len(people)
    # People stand by their codes, so that a pair is a number, and numbers are sorted fast.
    place = {key: number for number, key in enumerate(people)}
    pairs = sorted(place[one] * size + place[other] for one, other in take_snapshot(session, organisation_id).pairs)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    named = ((shown[number // size], shown[number % size]) for number in pairs)
    writer.writerows((one.code, other.code, one.name, other.name) for one, other in named)
    # The mark at the start tells Excel that this is UTF-8.
    return text.getvalue().encode("utf-8-sig")


class Cells(NamedTuple):
    """What the table says of a person."""

    code: str
    name: str


def cells(session: Session, organisation_id: uuid.UUID) -> dict[Any, Cells]:
    """By code; made safe once for each person, not for each pair."""
    rows = session.execute(
        select(plain_id(StaffMember.id), StaffMember.code, StaffMember.name)
        .where(StaffMember.organisation_id == organisation_id)
        .order_by(StaffMember.code)
    )
    return {key: Cells(safe_cell(code), safe_cell(name)) for key, code, name in rows}
