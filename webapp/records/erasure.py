from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.records.base import Base, Owned, Stamped, within
from webapp.records.model import ModelVersion


class TrainedWith(Owned, Base):
    """Somebody about whom there was data in a model's run. Read for erasing alone; never shown as a list."""

    __tablename__ = "trained_with"
    __table_args__ = (
        within("model_version_id", "model_version"),
        within("staff_member_id", "staff_member", ondelete="CASCADE"),
        UniqueConstraint("organisation_id", "model_version_id", "staff_member_id", name="uq_trained_with_once"),
        Index("ix_trained_with_member", "organisation_id", "staff_member_id"),
    )

    model_version_id: Mapped[uuid.UUID]
    staff_member_id: Mapped[uuid.UUID]


class Erasure(Owned, Stamped, Base):
    """One erasure and its certificate: what went, by kinds and counts, and what the company had stated. No name."""

    __tablename__ = "erasure"
    __table_args__ = (
        within("user_id", "user_account"),
        UniqueConstraint("certificate"),
        Index("ix_erasure_time", "organisation_id", "erased_at"),
        CheckConstraint("kind IN ('staff', 'applicant')", name="kind_known"),
        CheckConstraint("reason IN ('asked', 'retention')", name="reason_known"),
        CheckConstraint("action IN ('keep', 'replace', 'retire')", name="action_known"),
    )

    certificate: Mapped[str] = mapped_column(String(24), comment="The code that the person keeps")
    kind: Mapped[str] = mapped_column(String(20), comment="staff: everything of a member of staff; applicant")
    reason: Mapped[str] = mapped_column(String(20), comment="asked by the person, or retention")
    people: Mapped[int] = mapped_column(default=1, comment="Applications that went at once")
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="How many of which kind went; nothing else")
    action: Mapped[str] = mapped_column(String(20), comment="The policy as it was stated on that day")
    statement: Mapped[str] = mapped_column(Text, default="", comment="Why models stay, in the company's words")
    erased_at: Mapped[dt.datetime]
    user_id: Mapped[uuid.UUID | None] = mapped_column(comment="Who pressed; null: the person, or the site")
    addresses: Mapped[list[Any]] = mapped_column(
        default=list, comment="Keyed hashes of the person's addresses until the mail folder is swept; then empty"
    )
    swept_at: Mapped[dt.datetime | None] = mapped_column(comment="When files of the person were last looked for")


class Retraining(Owned, Stamped, Base):
    """A training that erasures made due; further erasures join it until it has begun."""

    __tablename__ = "retraining"
    __table_args__ = (
        within("questionnaire_id", "questionnaire_version"),
        within("job_id", "job"),
        within("model_version_id", "model_version"),
        Index("ix_retraining_due", "state", "next_try_at"),
        CheckConstraint("state IN ('due', 'running', 'done', 'impossible')", name="state_known"),
        CheckConstraint("(state IN ('done', 'impossible')) = (ended_at IS NOT NULL)", name="ended_with_time"),
    )

    questionnaire_id: Mapped[uuid.UUID]
    form: Mapped[str] = mapped_column(String(40))
    criterion: Mapped[str | None] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(20), default="due")
    due_at: Mapped[dt.datetime] = mapped_column(comment="By then it begins by itself")
    next_try_at: Mapped[dt.datetime] = mapped_column(comment="Later than due where a try failed")
    job_id: Mapped[uuid.UUID | None] = mapped_column(comment="The last try")
    model_version_id: Mapped[uuid.UUID | None] = mapped_column(comment="What came of it")
    reason: Mapped[str] = mapped_column(String(40), default="", comment="Why the last try failed")
    ended_at: Mapped[dt.datetime | None]


class ErasedModel(Owned, Stamped, Base):
    """One model version and one erasure: whether it was trained with the person, and what becomes of it."""

    __tablename__ = "erased_model"
    __table_args__ = (
        within("erasure_id", "erasure"),
        within("model_version_id", "model_version"),
        within("fallback_id", "model_version"),
        within("retraining_id", "retraining"),
        UniqueConstraint("organisation_id", "erasure_id", "model_version_id"),
        Index("ix_erased_model_version", "organisation_id", "model_version_id"),
        Index("ix_erased_model_state", "state"),
        CheckConstraint("state IN ('kept', 'waiting', 'retiring', 'done')", name="state_known"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_with_time"),
    )

    erasure_id: Mapped[uuid.UUID]
    model_version_id: Mapped[uuid.UUID]
    recorded: Mapped[bool] = mapped_column(comment="False: trained before it was recorded who; may hold the person")
    in_use: Mapped[bool] = mapped_column(default=False, comment="Served, or scored an open vacancy, on that day")
    state: Mapped[str] = mapped_column(
        String(20), comment="kept by policy; waiting for a successor; retiring: vacancies move; done: out of use"
    )
    fallback_id: Mapped[uuid.UUID | None] = mapped_column(comment="What took over at once")
    retraining_id: Mapped[uuid.UUID | None]
    done_at: Mapped[dt.datetime | None]
    model_version: Mapped[ModelVersion] = relationship(
        viewonly=True, foreign_keys="[ErasedModel.organisation_id, ErasedModel.model_version_id]"
    )
    fallback: Mapped[ModelVersion | None] = relationship(
        viewonly=True, foreign_keys="[ErasedModel.organisation_id, ErasedModel.fallback_id]"
    )
    erasure: Mapped[Erasure] = relationship(viewonly=True)
    retraining: Mapped[Retraining | None] = relationship(viewonly=True)
