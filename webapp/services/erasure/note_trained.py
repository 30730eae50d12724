"""Write down, with a model, about whom there was data in its run, so that erasing one of them finds the model."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from webapp.records import ModelVersion, StaffHistory, StaffMember, TrainedWith
from webapp.records.base import new_id
from webapp.services.lock_row import lock_organisation
from webapp.services.training_failure import TrainingRefused


def note_trained_with(session: Session, version: ModelVersion, data: Path) -> int:
    """Add a row for each person in the data as they were taken down; how many there were.

    Raises `TrainingRefused` where one of them was erased meanwhile: no model is kept that nobody knows to hold them.
    """
    return note_people(session, version, people_in(data))


def note_people(session: Session, version: ModelVersion, codes: Iterable[str]) -> int:
    """The same for people who are named by their codes."""
    # Whoever erases holds the same row: either the run is seen there, or the erasure is seen here.
    lock_organisation(session, version.organisation_id)
    owner = version.organisation_id
    rows = [
        {"organisation_id": owner, "id": new_id(), "model_version_id": version.id, "staff_member_id": member}
        for member in sorted(members_of(session, owner, codes))
    ]
    if rows:
        session.connection().execute(insert(TrainedWith), rows)
    return len(rows)


def people_in(data: Path) -> set[str]:
    """Whose answers are in the file, or ratings about whom."""
    if not data.exists():
        raise TrainingRefused("data_changed")
    plain = json.loads(data.read_text())
    return {sheet["person"] for sheet in plain["sheets"]} | {rating[0] for rating in plain["ratings"]}


def members_of(session: Session, organisation_id: uuid.UUID, codes: Iterable[str]) -> set[uuid.UUID]:
    """These people by their codes; one whose code was changed during the run is found by the old one."""
    wanted = set(codes)
    rows = session.execute(
        select(StaffMember.code, StaffMember.id).where(StaffMember.organisation_id == organisation_id)
    )
    known: dict[str, uuid.UUID] = dict(rows.all())
    missing = wanted - known.keys()
    known |= _by_old_code(session, organisation_id) if missing else {}
    if missing - known.keys():
        raise TrainingRefused("person_erased")
    return {known[code] for code in wanted}


def _by_old_code(session: Session, organisation_id: uuid.UUID) -> dict[str, uuid.UUID]:
    rows = session.execute(
        select(StaffHistory.before, StaffHistory.staff_member_id)
        .where(StaffHistory.organisation_id == organisation_id, StaffHistory.what == "code")
        .order_by(StaffHistory.id)
    )
    return {code: member for code, member in rows if member is not None}
