from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.records.base import Base, Owned, Stamped, within

PURPOSES = ("interview", "declined", "offer", "held", "free")
HELD_UNTIL = ("grace", "day")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class MessageTemplate(Owned, Stamped, Base):
    """A message that the company sends again and again; its words stand in its versions."""

    __tablename__ = "message_template"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        CheckConstraint(_one_of("purpose", PURPOSES), name="purpose_known"),
    )

    key: Mapped[str] = mapped_column(String(40), comment="The purpose, where it is the standing one of it")
    purpose: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120), default="", comment="Own name; empty: called by its purpose")
    retired_at: Mapped[dt.datetime | None]


class MessageTemplateVersion(Owned, Stamped, Base):
    """The words of a template as they were from one moment on; never changed."""

    __tablename__ = "message_template_version"
    __table_args__ = (
        within("template_id", "message_template"),
        within("created_by", "user_account"),
        UniqueConstraint("organisation_id", "template_id", "number"),
    )

    template_id: Mapped[uuid.UUID]
    number: Mapped[int]
    texts: Mapped[dict[str, Any]] = mapped_column(comment="By language: subject and text, with placeholders")
    created_by: Mapped[uuid.UUID | None] = mapped_column(comment="Null: as the program brings it")
    template: Mapped[MessageTemplate] = relationship(viewonly=True)


class MessageSending(Owned, Stamped, Base):
    """One press of the button: who wrote to some people of a vacancy, and until when it can be taken back."""

    __tablename__ = "message_sending"
    __table_args__ = (
        within("vacancy_id", "vacancy"),
        within("template_version_id", "message_template_version"),
        within("created_by", "user_account"),
        UniqueConstraint("organisation_id", "token"),
        CheckConstraint(_one_of("held_until", HELD_UNTIL), name="held_until_known"),
    )

    vacancy_id: Mapped[uuid.UUID]
    token: Mapped[str] = mapped_column(String(64), comment="Of the form: the same form sent twice is one sending")
    purpose: Mapped[str] = mapped_column(String(20))
    template_version_id: Mapped[uuid.UUID | None] = mapped_column(comment="Null: written freely")
    created_by: Mapped[uuid.UUID | None]
    held_until: Mapped[str] = mapped_column(String(10), comment="Some minutes, or the day in which decisions go back")
    due_at: Mapped[dt.datetime] = mapped_column(comment="Before it nothing goes out and all can be taken back")
    decision_batch: Mapped[uuid.UUID | None] = mapped_column(comment="The decisions that it tells; undone with them")
    people: Mapped[int] = mapped_column(default=0)


class Message(Owned, Stamped, Base):
    """What one person is told. Name and link are put in when it goes out; the rest stands as it was sent."""

    __tablename__ = "message"
    __table_args__ = (
        within("applicant_id", "applicant", ondelete="CASCADE"),
        within("sending_id", "message_sending"),
        UniqueConstraint("organisation_id", "sending_id", "applicant_id"),
        Index("ix_message_applicant", "organisation_id", "applicant_id"),
    )

    applicant_id: Mapped[uuid.UUID]
    sending_id: Mapped[uuid.UUID]
    language: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    stopped_at: Mapped[dt.datetime | None] = mapped_column(comment="When it was taken back before it went out")
    stopped_why: Mapped[str] = mapped_column(String(20), default="", comment="withdrawn, undone")
    sending: Mapped[MessageSending] = relationship(viewonly=True)
