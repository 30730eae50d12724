from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within
from webapp.records.sitting import Sitting

# The closing job asks for these alone; untimed sittings are not in it.
Index(
    "ix_sitting_deadline",
    Sitting.deadline_at,
    postgresql_where=Sitting.deadline_at.is_not(None),
    sqlite_where=Sitting.deadline_at.is_not(None),
)


class SittingClock(Owned, Stamped, Base):
    """The time of one timed sitting; `sitting.deadline_at` is what this row comes to."""

    __tablename__ = "sitting_clock"
    __table_args__ = (
        within("sitting_id", "sitting"),
        UniqueConstraint("organisation_id", "sitting_id"),
        CheckConstraint("submitted_by IN ('candidate', 'time')", name="submitted_by_known"),
    )

    sitting_id: Mapped[uuid.UUID]
    started_at: Mapped[dt.datetime] = mapped_column(comment="When the candidate started the clock")
    allowance_seconds: Mapped[int] = mapped_column(comment="What the questionnaire allows everybody")
    factor: Mapped[float | None] = mapped_column(default=1.0, comment="The person's own; null: untimed")
    extra_seconds: Mapped[int] = mapped_column(
        default=0, comment="Given by hand; less than 0 where time was taken back"
    )
    credited_seconds: Mapped[int] = mapped_column(
        default=0, comment="For the candidate's own outages, within the budget"
    )
    budget_seconds: Mapped[int] = mapped_column(default=0, comment="The most that own outages can bring")
    server_seconds: Mapped[int] = mapped_column(default=0, comment="For outages of ours; no budget")
    rested_seconds: Mapped[int] = mapped_column(default=0, comment="Breaks, the present one with its whole length")
    breaks_taken: Mapped[int] = mapped_column(default=0)
    break_started_at: Mapped[dt.datetime | None]
    break_ends_at: Mapped[dt.datetime | None] = mapped_column(comment="The break ends here by itself")
    last_beat_at: Mapped[dt.datetime] = mapped_column(comment="A sign of life, written about once a minute")
    by_script: Mapped[bool] = mapped_column(default=False, comment="The browser sends signs of life by itself")
    submitted_by: Mapped[str | None] = mapped_column(String(20), comment="candidate or time, once it was sent")


class SittingCredit(Owned, Stamped, Base):
    """Time that was added to one sitting, and why; rows are only added."""

    __tablename__ = "sitting_credit"
    __table_args__ = (
        within("sitting_id", "sitting"),
        within("user_id", "user_account"),
        Index("ix_sitting_credit_sitting", "organisation_id", "sitting_id"),
        CheckConstraint("kind IN ('outage', 'server', 'break', 'extension', 'reopening')", name="kind_known"),
    )

    sitting_id: Mapped[uuid.UUID]
    kind: Mapped[str] = mapped_column(String(20))
    seconds: Mapped[int]
    gap_seconds: Mapped[int] = mapped_column(
        default=0, comment="How long the outage was; more than credited: budget spent"
    )
    reason: Mapped[str] = mapped_column(String(300), default="", comment="Why somebody gave it by hand")
    user_id: Mapped[uuid.UUID | None] = mapped_column(comment="Null: the site itself")


class ServerBeat(Base):
    """One row: when the site was last known to run, and by which clock."""

    __tablename__ = "server_beat"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime | None]
    boot_id: Mapped[str] = mapped_column(String(40), default="", comment="Which start of which machine")
    clock_offset: Mapped[float] = mapped_column(default=0.0, comment="The site's time minus the machine's running time")
    jumped_seconds: Mapped[float] = mapped_column(
        default=0.0, comment="How far the system's clock stands off, as noted"
    )
