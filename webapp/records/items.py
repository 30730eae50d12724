from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within

STANDS = text("back_at IS NULL")


class ItemSetAside(Owned, Stamped, Base):
    """One question that does not count in one language, from when and why; brought back, the row stays."""

    __tablename__ = "item_set_aside"
    __table_args__ = (
        within("questionnaire_id", "questionnaire_version"),
        within("set_by", "user_account"),
        within("back_by", "user_account"),
        # Two who press the button together: one of them did it.
        Index(
            "uq_item_set_aside_stands",
            "organisation_id",
            "questionnaire_id",
            "item_id",
            "language",
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
        CheckConstraint("(back_at IS NULL) = (back_by IS NULL)", name="back_by_somebody"),
    )

    questionnaire_id: Mapped[uuid.UUID]
    item_id: Mapped[str] = mapped_column(String(100))
    language: Mapped[str] = mapped_column(String(2))
    reason: Mapped[str] = mapped_column(String(40), comment="translation, outdated, known, unclear, fairness, other")
    note: Mapped[str] = mapped_column(Text, default="", comment="In somebody's own words; about the question only")
    set_by: Mapped[uuid.UUID]
    set_at: Mapped[dt.datetime] = mapped_column(comment="Sittings begun from here on are not asked it")
    back_by: Mapped[uuid.UUID | None]
    back_at: Mapped[dt.datetime | None]
    back_note: Mapped[str] = mapped_column(Text, default="")


class ScoreChange(Owned, Stamped, Base):
    """A score before and after a question was set aside or brought back; rows are only added, and applied once."""

    __tablename__ = "score_change"
    __table_args__ = (
        within("set_aside_id", "item_set_aside"),
        within("job_id", "job"),
        within("score_id", "score"),
        within("applicant_id", "applicant"),
        UniqueConstraint("organisation_id", "job_id", "score_id"),
        Index("ix_score_change_applicant", "organisation_id", "applicant_id"),
        Index("ix_score_change_set_aside", "organisation_id", "set_aside_id"),
        Index("ix_score_change_score", "organisation_id", "score_id"),
        CheckConstraint("direction IN ('set_aside', 'brought_back')", name="direction_known"),
    )

    set_aside_id: Mapped[uuid.UUID]
    job_id: Mapped[uuid.UUID]
    score_id: Mapped[uuid.UUID]
    applicant_id: Mapped[uuid.UUID]
    vacancy_id: Mapped[uuid.UUID]
    direction: Mapped[str] = mapped_column(String(20))
    before: Mapped[dict[str, Any]] = mapped_column(
        comment="The score's figures, flags and items left out, as they were"
    )
    after: Mapped[dict[str, Any]]
    applied_at: Mapped[dt.datetime | None] = mapped_column(comment="Null: worked out, and not on any page yet")


class ItemFigures(Owned, Stamped, Base):
    """What a job found about one question of one form: plain figures, as of a moment."""

    __tablename__ = "item_figures"
    __table_args__ = (
        within("questionnaire_id", "questionnaire_version"),
        UniqueConstraint("organisation_id", "questionnaire_id", "form", "item_id"),
    )

    questionnaire_id: Mapped[uuid.UUID]
    form: Mapped[str] = mapped_column(String(40))
    item_id: Mapped[str] = mapped_column(String(100))
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    computed_at: Mapped[dt.datetime]
    job_id: Mapped[uuid.UUID | None]
    staff: Mapped[int] = mapped_column(comment="Sittings of the staff that the form's figures rest on")
    applicants: Mapped[int] = mapped_column(comment="Sittings of applicants that the form's figures rest on")
