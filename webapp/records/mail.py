from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, new_id, within

MAIL_KINDS = ("invitation", "reminder", "new_link", "receipt", "confirmation", "message")
NOT_MADE = 0
"""In place of a server's code: the mail could not be made, so no server was asked."""

MAIL_STATES = ("waiting", "sent", "refused", "given_up", "not_wanted")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Mail(Owned, Stamped, Base):
    """One mail to one applicant and what became of it; its words are made when it is sent and are kept nowhere."""

    __tablename__ = "mail"
    __table_args__ = (
        within("applicant_id", "applicant", ondelete="CASCADE"),
        UniqueConstraint("organisation_id", "about_id", "kind", "occasion"),
        Index("ix_mail_applicant", "organisation_id", "applicant_id"),
        Index("ix_mail_due", "state", "next_try_at"),
        CheckConstraint(_one_of("kind", MAIL_KINDS), name="kind_known"),
        CheckConstraint(_one_of("state", MAIL_STATES), name="state_known"),
    )

    applicant_id: Mapped[uuid.UUID]
    kind: Mapped[str] = mapped_column(String(20))
    about_id: Mapped[uuid.UUID] = mapped_column(comment="The invitation, the sitting or the confirmation")
    occasion: Mapped[str] = mapped_column(String(40), default="", comment="Why it is sent: one mail for each reason")
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    reply_code: Mapped[int | None] = mapped_column(comment="What the mail server said last, such as 550; no words")
    next_try_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]


class LinkRequest(Stamped, Base):
    """Somebody typed an address to get a link, new or anew; looked up later, elsewhere, and deleted then."""

    __tablename__ = "link_request"
    __table_args__ = (within("vacancy_id", "vacancy"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("organisation.id"), comment="Null: asked on a page that belongs to no company"
    )
    email: Mapped[str] = mapped_column(String(254), comment="Lower case; whether anybody has it is not known yet")
    vacancy_id: Mapped[uuid.UUID | None] = mapped_column(comment="For which somebody applies; null: a lost link")
    name: Mapped[str] = mapped_column(String(200), default="", comment="As whoever applies typed it")
    language: Mapped[str] = mapped_column(String(2), default="")
