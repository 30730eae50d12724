from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within


class ReviewRequest(Owned, Stamped, Base):
    """Somebody asks that a person looks at their result; it has a deadline and gets an answer in words."""

    __tablename__ = "review_request"
    __table_args__ = (
        within("sitting_id", "sitting"),
        within("answered_by", "user_account"),
        Index("ix_review_request_due", "organisation_id", "answered_at", "due_at"),
        Index("ix_review_request_sitting", "organisation_id", "sitting_id"),
        CheckConstraint("kind IN ('review', 'result')", name="kind_known"),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered_in_words"),
    )

    sitting_id: Mapped[uuid.UUID]
    kind: Mapped[str] = mapped_column(String(20), comment="review of the result; result: to be told it by a person")
    text: Mapped[str] = mapped_column(Text, default="", comment="In the candidate's own words")
    due_at: Mapped[dt.datetime]
    answer: Mapped[str] = mapped_column(Text, default="", comment="In the words of the person who looked")
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[uuid.UUID | None]


class Withdrawal(Owned, Stamped, Base):
    """An application that its owner took back; it can be undone for some days."""

    __tablename__ = "withdrawal"
    __table_args__ = (within("applicant_id", "applicant"), UniqueConstraint("organisation_id", "applicant_id"))

    applicant_id: Mapped[uuid.UUID]
    state_before: Mapped[str] = mapped_column(String(20), comment="The applicant's state, for the undoing")
    until: Mapped[dt.datetime] = mapped_column(comment="Until then it can be undone")


class AddressChange(Owned, Stamped, Base):
    """A new mail address that waits until it is confirmed at that address; the old address may stop it."""

    __tablename__ = "address_change"
    __table_args__ = (
        within("applicant_id", "applicant"),
        UniqueConstraint("organisation_id", "applicant_id"),
        UniqueConstraint("confirm_hash"),
        UniqueConstraint("stop_hash"),
    )

    applicant_id: Mapped[uuid.UUID]
    email: Mapped[str] = mapped_column(String(254), comment="The new address, lower case")
    confirm_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the token sent to the new address")
    stop_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the token sent to the old address")
    until: Mapped[dt.datetime]


class Tombstone(Owned, Stamped, Base):
    """What is left of something erased: that it was, when it went, and hashes that tell nothing by themselves."""

    __tablename__ = "tombstone"
    __table_args__ = (
        Index("ix_tombstone_certificate", "certificate"),
        Index("ix_tombstone_sitting", "organisation_id", "sitting_id"),
        CheckConstraint("reason IN ('asked', 'retention')", name="reason_known"),
        CheckConstraint("kind IN ('sitting', 'staff_member', 'rating', 'trained_with')", name="kind_known"),
        CheckConstraint("number >= 0", name="number_counted"),
    )

    kind: Mapped[str] = mapped_column(String(20), default="sitting", comment="What stood here: the name of its table")
    subject_id: Mapped[uuid.UUID | None] = mapped_column(comment="The id that a member of staff had; events name it")
    number: Mapped[int] = mapped_column(default=1, comment="How many rows of this kind went")
    certificate: Mapped[str] = mapped_column(
        String(24), comment="Code that the person keeps, one for everything that went at once"
    )
    sitting_id: Mapped[uuid.UUID | None] = mapped_column(comment="The id it had; events still name it")
    purpose: Mapped[str] = mapped_column(String(20), default="")
    questionnaire: Mapped[str] = mapped_column(String(140), default="", comment="Name, version and form")
    reason: Mapped[str] = mapped_column(String(20), comment="asked by the person, or retention")
    answers_hmac: Mapped[str | None] = mapped_column(
        String(64), comment="Keyed hash of the canonical answers; without the site's secret it can be tried on nothing"
    )
    scores: Mapped[list[Any]] = mapped_column(
        default=list, comment="For each score: model version, hash of its artefact, keyed hash of its inputs, time"
    )
    erased_at: Mapped[dt.datetime]
