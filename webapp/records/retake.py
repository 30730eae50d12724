from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within


class ResultReuse(Owned, Stamped, Base):
    """Somebody's earlier answers, handed in for a further vacancy at their own word."""

    __tablename__ = "result_reuse"
    __table_args__ = (
        within("applicant_id", "applicant", ondelete="CASCADE"),
        within("sitting_id", "sitting", ondelete="CASCADE"),
        UniqueConstraint("organisation_id", "applicant_id"),
    )

    applicant_id: Mapped[uuid.UUID] = mapped_column(comment="Of the vacancy that the result now serves too")
    sitting_id: Mapped[uuid.UUID] = mapped_column(comment="The copy of the answers that this vacancy scores")
    taken_at: Mapped[dt.datetime] = mapped_column(comment="When the answers were given; the interval counts from here")
    consented_at: Mapped[dt.datetime]


class RetakeException(Owned, Stamped, Base):
    """HR lets one person take the questionnaire again before the interval is over."""

    __tablename__ = "retake_exception"
    __table_args__ = (
        within("applicant_id", "applicant", ondelete="CASCADE"),
        within("user_id", "user_account"),
        UniqueConstraint("organisation_id", "applicant_id"),
    )

    applicant_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID | None]
    reason: Mapped[str] = mapped_column(Text)
