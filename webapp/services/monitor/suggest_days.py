"""What the form of a new monitor holds at first."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy.orm import Session

from webapp.records.base import now
from webapp.services.monitor.find_monitor import list_monitors

DAYS = 20


def suggested_plan(session: Session, organisation_id: uuid.UUID) -> dict[str, Any]:
    """This year, or the next where this one has its monitor; three weeks; two reminders."""
    taken = {row.year for row in list_monitors(session, organisation_id)}
    year = now().year + (now().year in taken)
    return {"year": year, "closes_on": now().date() + dt.timedelta(days=DAYS), "reminder_days": [7, 2]}
