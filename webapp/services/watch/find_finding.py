"""One finding with its model."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import ModelVersion, WatchFinding


def find_finding(
    session: Session, organisation_id: uuid.UUID, finding_id: uuid.UUID
) -> tuple[WatchFinding, ModelVersion]:
    row = session.get(WatchFinding, (organisation_id, finding_id))
    if row is None:
        raise NotFound
    return row, session.get_one(ModelVersion, (organisation_id, row.model_version_id))
