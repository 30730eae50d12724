from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within


class AdjustmentRequest(Owned, Stamped, Base):
    """What an applicant says would help. Read by the adjustments role alone, erased with the person."""

    __tablename__ = "adjustment_request"
    __table_args__ = (
        within("applicant_id", "applicant"),
        within("answered_by", "user_account"),
        Index("ix_adjustment_request_applicant", "organisation_id", "applicant_id"),
        Index("ix_adjustment_request_state", "organisation_id", "state"),
        CheckConstraint("state IN ('open', 'granted', 'declined', 'withdrawn')", name="state_known"),
        CheckConstraint("(state IN ('granted', 'declined')) = (answered_at IS NOT NULL)", name="answered_with_time"),
    )

    applicant_id: Mapped[uuid.UUID]
    wanted: Mapped[list[Any]] = mapped_column(default=list, comment="Codes: time, untimed, breaks, other")
    words: Mapped[str] = mapped_column(String(500), default="", comment="The person's own; no reason is asked for")
    state: Mapped[str] = mapped_column(String(20), default="open")
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[uuid.UUID | None]
    note: Mapped[str] = mapped_column(String(1000), default="", comment="What the applicant is told")


class Adjustment(Owned, Stamped, Base):
    """What was granted to one applicant; the newest that was not taken back holds in every sitting of theirs."""

    __tablename__ = "adjustment"
    __table_args__ = (
        within("applicant_id", "applicant"),
        within("granted_by", "user_account"),
        within("revoked_by", "user_account"),
        Index("ix_adjustment_applicant", "organisation_id", "applicant_id"),
        CheckConstraint("factor IS NULL OR factor >= 1", name="factor_no_less"),
        CheckConstraint("breaks >= 0 AND break_minutes >= 0", name="breaks_no_less"),
    )

    applicant_id: Mapped[uuid.UUID]
    factor: Mapped[float | None] = mapped_column(comment="1.25, 1.5, 2; null: untimed")
    breaks: Mapped[int] = mapped_column(default=0)
    break_minutes: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(300), comment="For the adjustments role alone")
    granted_by: Mapped[uuid.UUID | None]
    revoked_at: Mapped[dt.datetime | None]
    revoked_by: Mapped[uuid.UUID | None]
