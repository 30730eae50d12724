from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.records.base import Base, Owned, Stamped, within
from webapp.records.staff import StaffMember

TOPICS = ("work", "tools", "team", "management", "pay", "customers", "safety", "other")


class VoiceBox(Owned, Stamped, Base):
    """A company's box for notes from the staff, with the one link that all of the staff share."""

    __tablename__ = "voice_box"
    __table_args__ = (
        UniqueConstraint("organisation_id"),
        UniqueConstraint("token_hash"),
        CheckConstraint("answer_days >= 1 AND answer_days <= 60", name="days_known"),
    )

    taking: Mapped[bool] = mapped_column(default=True, comment="Whether new notes are taken; the board is there anyway")
    answer_days: Mapped[int] = mapped_column(default=14, comment="So many days a new note waits before it is overdue")
    link_id: Mapped[uuid.UUID] = mapped_column(comment="From which the shared link is made; another ends the old one")
    token_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the token")


class VoiceLink(Owned, Stamped, Base):
    """A personal link to the box, for notes with a name; only the token's hash is kept."""

    __tablename__ = "voice_link"
    __table_args__ = (
        within("staff_member_id", "staff_member", ondelete="CASCADE"),
        UniqueConstraint("organisation_id", "staff_member_id"),
        UniqueConstraint("token_hash"),
    )

    staff_member_id: Mapped[uuid.UUID]
    link_id: Mapped[uuid.UUID] = mapped_column(comment="From which the link is made; another one ends the old link")
    token_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the token")
    email: Mapped[str] = mapped_column(String(254), comment="The address for which the link was made")
    sent_at: Mapped[dt.datetime | None]
    staff_member: Mapped[StaffMember] = relationship(viewonly=True)


class VoiceNote(Owned, Base):
    """A note from the staff and what became of it. Rows are never deleted; of an anonymous one nobody is known.

    It keeps days and no times, and its id tells no order: either would say at whose computer it was written.
    """

    __tablename__ = "voice_note"
    __table_args__ = (
        within("staff_member_id", "staff_member"),
        within("owner_id", "staff_member"),
        within("published_by", "user_account"),
        within("withheld_by", "user_account"),
        Index("ix_voice_note_due", "organisation_id", "due_on"),
        Index("ix_voice_note_author", "organisation_id", "staff_member_id"),
        Index("ix_voice_note_owner", "organisation_id", "owner_id"),
        CheckConstraint(f"topic IN ({', '.join(repr(each) for each in TOPICS)})", name="topic_known"),
        CheckConstraint("staff_member_id IS NOT NULL OR NOT name_shown", name="nobody_has_no_name"),
        CheckConstraint("published_on IS NULL OR answer <> ''", name="published_in_words"),
        CheckConstraint("(withheld_on IS NULL) = (withheld_reason = '')", name="withheld_with_reason"),
        CheckConstraint("(taken_back_on IS NULL) = (text <> '')", name="text_until_taken_back"),
        CheckConstraint("due_on >= received_on", name="due_after_receipt"),
    )

    staff_member_id: Mapped[uuid.UUID | None] = mapped_column(comment="Null: an anonymous note")
    name_shown: Mapped[bool] = mapped_column(default=False, comment="Whether all of the staff may read the name")
    topic: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    received_on: Mapped[dt.date] = mapped_column(comment="The day (UTC); no time is kept")
    due_on: Mapped[dt.date] = mapped_column(comment="The last day in time; later it is overdue for all to see")
    first_due_on: Mapped[dt.date] = mapped_column(comment="As it was before anybody moved it")
    owner_id: Mapped[uuid.UUID | None] = mapped_column(comment="Who sees to it")
    answer: Mapped[str] = mapped_column(Text, default="", comment="A draft until it is published")
    published_on: Mapped[dt.date | None]
    published_by: Mapped[uuid.UUID | None]
    corrected_on: Mapped[dt.date | None] = mapped_column(comment="When a published answer was changed last")
    withheld_reason: Mapped[str] = mapped_column(Text, default="", comment="All of the staff read it")
    withheld_on: Mapped[dt.date | None]
    withheld_by: Mapped[uuid.UUID | None]
    taken_back_on: Mapped[dt.date | None] = mapped_column(comment="By its author, who was known")
