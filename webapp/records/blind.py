from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within


class BlindChange(Owned, Stamped, Base):
    """When names of a vacancy were hidden or shown, by whom, and why; rows are only added."""

    __tablename__ = "blind_change"
    __table_args__ = (
        within("vacancy_id", "vacancy"),
        within("user_id", "user_account"),
        Index("ix_blind_change_vacancy", "organisation_id", "vacancy_id", "created_at"),
        CheckConstraint("change IN ('on', 'off', 'required', 'released')", name="change_known"),
    )

    vacancy_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID]
    change: Mapped[str] = mapped_column(String(20), comment="on, off: by a recruiter; required, released: by HR")
    reason: Mapped[str] = mapped_column(Text, default="", comment="Why the names may be seen")
    seen_before: Mapped[int] = mapped_column(
        default=0, comment="How many results had stood beside their names when these were hidden"
    )


class FunnelKept(Owned, Stamped, Base):
    """How many people of a large vacancy came how far, and how many days that took; made anew now and then."""

    __tablename__ = "funnel_kept"
    __table_args__ = (
        within("vacancy_id", "vacancy"),
        UniqueConstraint("organisation_id", "vacancy_id"),
    )

    vacancy_id: Mapped[uuid.UUID]
    as_of: Mapped[dt.datetime] = mapped_column(comment="When it was counted")
    figures: Mapped[dict[str, Any]] = mapped_column(comment="Numbers of people and of days, by stage")
