from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within


class ApplicantNote(Owned, Stamped, Base):
    """What somebody of the company wrote about an applicant. A removed note keeps its place, and loses its words."""

    __tablename__ = "applicant_note"
    __table_args__ = (
        within("applicant_id", "applicant", ondelete="CASCADE"),
        within("user_id", "user_account"),
        within("removed_by", "user_account"),
        Index("ix_applicant_note_applicant", "organisation_id", "applicant_id", "created_at"),
        CheckConstraint("(removed_at IS NULL) = (removed_by IS NULL)", name="removed_by_somebody"),
        CheckConstraint("removed_at IS NULL OR text = ''", name="removed_has_no_words"),
    )

    applicant_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID] = mapped_column(comment="Who wrote it")
    text: Mapped[str] = mapped_column(Text)
    edited_at: Mapped[dt.datetime | None]
    removed_at: Mapped[dt.datetime | None]
    removed_by: Mapped[uuid.UUID | None] = mapped_column(comment="The author, or somebody of HR")


class LookedAt(Owned, Stamped, Base):
    """That somebody opened an applicant's own page: when first and when last, and nothing else."""

    __tablename__ = "looked_at"
    __table_args__ = (
        within("applicant_id", "applicant", ondelete="CASCADE"),
        within("user_id", "user_account"),
        UniqueConstraint("organisation_id", "applicant_id", "user_id"),
    )

    applicant_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID]
    last_at: Mapped[dt.datetime]
