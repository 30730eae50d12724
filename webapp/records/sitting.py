from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.records.base import Base, Owned, Stamped, random_id, within
from webapp.records.questionnaire import QuestionnaireVersion
from webapp.records.vacancy import Applicant


class Sitting(Owned, Stamped, Base):
    """One person taking one form once: an applicant, or a member of staff for training only."""

    __tablename__ = "sitting"
    __table_args__ = (
        within("applicant_id", "applicant"),
        within("staff_member_id", "staff_member"),
        within("questionnaire_id", "questionnaire_version"),
        within("batch_id", "import_batch"),
        UniqueConstraint("organisation_id", "applicant_id", "purpose"),
        Index("ix_sitting_staff_member", "organisation_id", "staff_member_id"),
        Index("ix_sitting_receipt_code", "receipt_code"),
        CheckConstraint("(applicant_id IS NULL) <> (staff_member_id IS NULL)", name="one_person"),
        CheckConstraint("state IN ('started', 'submitted', 'withdrawn')", name="state_known"),
        CheckConstraint("purpose IN ('selection', 'confirmation', 'training')", name="purpose_known"),
        CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL)", name="submitted_with_time"),
    )

    applicant_id: Mapped[uuid.UUID | None]
    staff_member_id: Mapped[uuid.UUID | None]
    questionnaire_id: Mapped[uuid.UUID]
    form: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(
        String(20), default="selection", comment="selection; confirmation of an earlier one; training of the model"
    )
    language: Mapped[str] = mapped_column(String(2), default="")
    state: Mapped[str] = mapped_column(String(20), default="started")
    seed: Mapped[int] = mapped_column(
        BigInteger, comment="From which the order of options is shuffled, again and again alike"
    )
    consented_at: Mapped[dt.datetime | None]
    notice_version: Mapped[str | None] = mapped_column(String(80))
    practised_at: Mapped[dt.datetime | None]
    submitted_at: Mapped[dt.datetime | None]
    deadline_at: Mapped[dt.datetime | None] = mapped_column(
        comment="When the answers are taken as they are; null: untimed. Moves with credits and adjustments"
    )
    receipt_code: Mapped[str | None] = mapped_column(String(40))
    batch_id: Mapped[uuid.UUID | None]
    not_asked: Mapped[list[Any]] = mapped_column(
        default=list, server_default="[]", comment="Questions that were set aside when it began"
    )
    questionnaire: Mapped[QuestionnaireVersion] = relationship(viewonly=True)
    applicant: Mapped[Applicant | None] = relationship(viewonly=True)


class Answer(Owned, Stamped, Base):
    """The present answer to one item, by item id, never by its text."""

    __tablename__ = "answer"
    __table_args__ = (
        within("sitting_id", "sitting"),
        UniqueConstraint("organisation_id", "sitting_id", "item_id"),
        CheckConstraint("revision > 0", name="revision_positive"),
    )

    sitting_id: Mapped[uuid.UUID]
    item_id: Mapped[str] = mapped_column(String(100))
    value: Mapped[dict[str, Any] | None] = mapped_column(comment="Canonical answer; null: skipped")
    skipped: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1, comment="A save against an older revision is refused")
    language: Mapped[str] = mapped_column(String(2), default="")
    saved_at: Mapped[dt.datetime]


class AnswerRevision(Owned, Base):
    """Every answer that was ever acknowledged; rows are only added."""

    __tablename__ = "answer_revision"
    __table_args__ = (
        within("sitting_id", "sitting"),
        UniqueConstraint("organisation_id", "sitting_id", "item_id", "revision"),
    )

    sitting_id: Mapped[uuid.UUID]
    item_id: Mapped[str] = mapped_column(String(100))
    revision: Mapped[int]
    value: Mapped[dict[str, Any] | None]
    skipped: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(2), default="")
    positions: Mapped[list[Any]] = mapped_column(default=list, comment="Option ids in the order shown")
    seconds: Mapped[float | None] = mapped_column(comment="Time on the screen; for quality only, never for the score")
    away_count: Mapped[int | None] = mapped_column(comment="How often the page lost the focus; for quality only")
    away_seconds: Mapped[float | None] = mapped_column(comment="How long the page was without focus; for quality only")
    save_key: Mapped[uuid.UUID | None] = mapped_column(
        comment="The browser's name for this save: sent twice, kept once"
    )
    saved_at: Mapped[dt.datetime]


LIST = ("organisation_id", "vacancy_id", "model_version_id")
WAITING = text("listed_seq IS NULL")


class Score(Owned, Stamped, Base):
    """What one model made of one sitting, with all that is needed to replay it."""

    __tablename__ = "score"
    __table_args__ = (
        within("sitting_id", "sitting"),
        within("vacancy_id", "vacancy"),
        within("applicant_id", "applicant"),
        within("model_version_id", "model_version"),
        UniqueConstraint("organisation_id", "sitting_id", "model_version_id"),
        Index("ix_score_list", *LIST, "score", "id", "listed_seq", "cell"),
        Index(
            "ix_score_cell", *LIST, "cell", "score", "id", "listed_seq", postgresql_include=["applicant_id", "done_at"]
        ),
        Index("ix_score_day", *LIST, "done_at", "cell", "score", "id", "listed_seq"),
        Index("ix_score_seq", *LIST, "listed_seq", "score", "cell"),
        Index("ix_score_person", *LIST, "applicant_id", "cell", "listed_seq"),
        Index("ix_score_waiting", *LIST, sqlite_where=WAITING, postgresql_where=WAITING),
    )

    id: Mapped[uuid.UUID] = mapped_column(
        primary_key=True, default=random_id, comment="Random: equal scores stand in its order", sort_order=-19
    )
    sitting_id: Mapped[uuid.UUID]
    vacancy_id: Mapped[uuid.UUID]
    applicant_id: Mapped[uuid.UUID]
    model_version_id: Mapped[uuid.UUID]
    score: Mapped[float | None] = mapped_column(comment="Unrounded; what people are ranked by")
    key_total: Mapped[float | None]
    p_top_third: Mapped[float | None]
    expected_rating: Mapped[float | None]
    lower_90: Mapped[float | None]
    upper_90: Mapped[float | None]
    flags: Mapped[list[Any]] = mapped_column(default=list)
    left_out: Mapped[list[Any]] = mapped_column(
        default=list, server_default="[]", comment="Questions that did not count, in order of their names"
    )
    answers_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the canonical answers")
    scoring_identity: Mapped[str] = mapped_column(String(64))
    texts_identity: Mapped[str] = mapped_column(String(64))
    listed_seq: Mapped[int | None] = mapped_column(
        BigInteger, comment="The batch in which it came onto the list; null: still to come; 0: has no place there"
    )
    cell: Mapped[int | None] = mapped_column(SmallInteger, comment="Stage, language and flags in one number")
    done_at: Mapped[dt.datetime | None] = mapped_column(comment="Answers were sent")
