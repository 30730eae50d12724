from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within


class Confirmation(Owned, Stamped, Base):
    """A second, supervised sitting on another form, asked for by a recruiter and arranged by HR."""

    __tablename__ = "confirmation"
    __table_args__ = (
        within("applicant_id", "applicant", ondelete="CASCADE"),
        within("sitting_id", "sitting", ondelete="CASCADE"),
        within("asked_by", "user_account"),
        within("arranged_by", "user_account"),
        UniqueConstraint("organisation_id", "applicant_id"),
        UniqueConstraint("code_hash"),
        CheckConstraint("state IN ('asked', 'arranged', 'declined', 'begun', 'done')", name="state_known"),
    )

    applicant_id: Mapped[uuid.UUID]
    state: Mapped[str] = mapped_column(String(20), default="asked")
    form: Mapped[str] = mapped_column(String(40))
    asked_by: Mapped[uuid.UUID | None]
    arranged_by: Mapped[uuid.UUID | None]
    arranged_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="", comment="Why HR declined, for the recruiter")
    code_hash: Mapped[str | None] = mapped_column(String(64), comment="SHA-256 of the one-time code that opens it")
    code_expires_at: Mapped[dt.datetime | None]
    sitting_id: Mapped[uuid.UUID | None]
    finding: Mapped[dict[str, Any] | None] = mapped_column(comment="The tested drop; read by HR alone")
