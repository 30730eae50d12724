from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within


class Job(Owned, Stamped, Base):
    """Long work and how far it has come, as the page shows it."""

    __tablename__ = "job"
    __table_args__ = (
        within("user_id", "user_account"),
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="state_known"),
    )

    kind: Mapped[str] = mapped_column(String(40), comment="train, rescore")
    state: Mapped[str] = mapped_column(String(20), default="queued")
    stage: Mapped[str] = mapped_column(String(60), default="")
    fraction: Mapped[float] = mapped_column(default=0.0)
    message: Mapped[str] = mapped_column(Text, default="")
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    user_id: Mapped[uuid.UUID | None]
    started_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    began: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="By stage: when it began (ISO 8601, UTC)")


class Outbox(Owned, Stamped, Base):
    """What must happen after this transaction; the dispatcher starts it by name, once."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_waiting", "dispatched_at", "created_at"),)

    topic: Mapped[str] = mapped_column(String(40), comment="mail.invitation, job.train, job.rescore ...")
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="Ids only: no token, no address")
    dispatched_at: Mapped[dt.datetime | None]


class Event(Owned, Base):
    """What happened, who did it; rows are only added."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_time", "organisation_id", "at"),)

    at: Mapped[dt.datetime]
    action: Mapped[str] = mapped_column(String(60), comment="noun.verb, e.g. model.promoted")
    user_id: Mapped[uuid.UUID | None] = mapped_column(comment="Null: the candidate or the system")
    subject: Mapped[str] = mapped_column(String(40), default="", comment="The table of what it happened to")
    subject_id: Mapped[uuid.UUID | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="No personal data")
