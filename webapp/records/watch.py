from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within

LOOK_STATES = ("steady", "watch", "alarm", "too_few", "damaged")
LEVELS = ("watch", "alarm")
FINDING_STATES = ("open", "acknowledged", "snoozed", "over")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class WatchLook(Owned, Stamped, Base):
    """What one look at one model found: one row for each model and week."""

    __tablename__ = "watch_look"
    __table_args__ = (
        within("model_version_id", "model_version", ondelete="CASCADE"),
        within("job_id", "job"),
        UniqueConstraint("organisation_id", "model_version_id", "week"),
        CheckConstraint(_one_of("state", LOOK_STATES), name="state_known"),
        CheckConstraint("applicants >= 0 AND staff >= 0", name="people_counted"),
    )

    model_version_id: Mapped[uuid.UUID]
    week: Mapped[str] = mapped_column(String(8), comment="ISO week that is looked at: 2026-W47")
    whole: Mapped[bool] = mapped_column(comment="Whether the week was over; an early look is replaced then")
    looked_at: Mapped[dt.datetime]
    state: Mapped[str] = mapped_column(String(20))
    applicants: Mapped[int] = mapped_column(default=0, comment="In the time looked back on")
    staff: Mapped[int] = mapped_column(default=0, comment="Who had answered, in whole fives")
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    job_id: Mapped[uuid.UUID | None]


class WatchFinding(Owned, Stamped, Base):
    """Something about a model that asks for a person; one row for each kind, opened again when it comes back."""

    __tablename__ = "watch_finding"
    __table_args__ = (
        within("model_version_id", "model_version", ondelete="CASCADE"),
        within("acted_by", "user_account"),
        UniqueConstraint("organisation_id", "model_version_id", "name"),
        Index("ix_watch_finding_state", "organisation_id", "state"),
        CheckConstraint(_one_of("state", FINDING_STATES), name="state_known"),
        CheckConstraint(_one_of("level", LEVELS), name="level_known"),
        CheckConstraint("(state = 'snoozed') = (snoozed_until IS NOT NULL)", name="snoozed_with_day"),
    )

    model_version_id: Mapped[uuid.UUID]
    name: Mapped[str] = mapped_column(String(40), comment="answers, domain, score, trend, flags, assisted ...")
    level: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(20), default="open")
    serial: Mapped[int] = mapped_column(
        default=1, comment="Goes up whenever it opens again; a mail is about one serial"
    )
    week: Mapped[str] = mapped_column(String(8), comment="In which it was found last")
    opened_at: Mapped[dt.datetime]
    numbers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(Text, default="")
    acted_by: Mapped[uuid.UUID | None] = mapped_column(comment="Who acknowledged or put it off")
    acted_at: Mapped[dt.datetime | None]
    snoozed_until: Mapped[str | None] = mapped_column(String(10), comment="ISO date; from this day it is open again")


class WatchSubscription(Owned, Stamped, Base):
    """Who is written to, and from which level on."""

    __tablename__ = "watch_subscription"
    __table_args__ = (
        within("user_id", "user_account"),
        UniqueConstraint("organisation_id", "user_id"),
        CheckConstraint(_one_of("level", LEVELS), name="level_known"),
    )

    user_id: Mapped[uuid.UUID]
    level: Mapped[str] = mapped_column(String(10), comment="watch: of everything; alarm: of alarms alone")


class WatchMail(Owned, Stamped, Base):
    """One finding that was put into a mail to one person: at most one until somebody acknowledges it."""

    __tablename__ = "watch_mail"
    __table_args__ = (
        within("finding_id", "watch_finding", ondelete="CASCADE"),
        within("user_id", "user_account"),
        UniqueConstraint("organisation_id", "finding_id", "user_id", "serial"),
        Index("ix_watch_mail_batch", "organisation_id", "batch_id"),
    )

    finding_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID]
    serial: Mapped[int]
    batch_id: Mapped[uuid.UUID] = mapped_column(comment="The mail that it went into")


class ModelOutcome(Owned, Stamped, Base):
    """What became of people who were hired while a model scored them; one row for each model."""

    __tablename__ = "model_outcome"
    __table_args__ = (
        within("model_version_id", "model_version", ondelete="CASCADE"),
        UniqueConstraint("organisation_id", "model_version_id"),
    )

    model_version_id: Mapped[uuid.UUID]
    as_of: Mapped[dt.datetime] = mapped_column(comment="When these figures were made")
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    based_on: Mapped[dict[str, Any]] = mapped_column(
        default=dict, comment="Which hires and rounds, so that no two figures differ by a few people; never shown"
    )
