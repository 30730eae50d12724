from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.records.base import Base, Owned, Stamped, within
from webapp.records.staff import StaffMember


class Monitor(Owned, Stamped, Base):
    """The loyalty monitor of one year. Opening freezes its words and its groups; closing makes the figures, once."""

    __tablename__ = "monitor"
    __table_args__ = (
        within("created_by", "user_account"),
        UniqueConstraint("organisation_id", "year"),
        Index("ix_monitor_state", "state", "closes_at"),
        CheckConstraint("state IN ('draft', 'open', 'closed')", name="state_known"),
        CheckConstraint("(state = 'draft') = (opened_at IS NULL)", name="opened_with_time"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_with_time"),
    )

    year: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default="draft")
    closes_at: Mapped[dt.datetime] = mapped_column(comment="From this moment by the server's clock nothing is taken")
    opened_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    questionnaire: Mapped[str] = mapped_column(String(140), default="", comment="Name and version")
    definition: Mapped[str] = mapped_column(Text, default="", deferred=True, comment="The YAML text, whole, at opening")
    groups: Mapped[list[Any]] = mapped_column(
        default=list, comment="At opening: the unit, or small units together, and how many were asked"
    )
    reminder_days: Mapped[list[Any]] = mapped_column(default=list, comment="So many days before closing")
    reminders_done: Mapped[list[Any]] = mapped_column(default=list, comment="Days whose reminder has been queued")
    reminded_at: Mapped[dt.datetime | None]
    ballots_about: Mapped[int | None] = mapped_column(comment="At closing: how many counted, rounded")
    created_by: Mapped[uuid.UUID | None]


class MonitorTicket(Owned, Base):
    """Somebody who was asked, with a link that gives one ballot. No ballot names a ticket, and no ticket a ballot."""

    __tablename__ = "monitor_ticket"
    __table_args__ = (
        within("monitor_id", "monitor"),
        within("staff_member_id", "staff_member"),
        UniqueConstraint("organisation_id", "monitor_id", "staff_member_id"),
        UniqueConstraint("token_hash"),
    )

    monitor_id: Mapped[uuid.UUID]
    staff_member_id: Mapped[uuid.UUID]
    group_number: Mapped[int] = mapped_column(comment="In which group the ballot counts")
    link_id: Mapped[uuid.UUID] = mapped_column(comment="From which the link is made; another one ends the old link")
    token_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the token")
    email: Mapped[str] = mapped_column(String(254), comment="The address for which the link was made")
    sent: Mapped[bool] = mapped_column(default=False)
    used: Mapped[bool] = mapped_column(
        default=False, comment="Has given its ballot, no time kept; forgotten at closing"
    )
    staff_member: Mapped[StaffMember] = relationship(viewonly=True)


class MonitorBallot(Owned, Base):
    """Somebody's answers, of nobody knows whom: a random id, a group of five and more, no time. Deleted at closing."""

    __tablename__ = "monitor_ballot"
    __table_args__ = (
        within("monitor_id", "monitor"),
        Index("ix_monitor_ballot_monitor", "organisation_id", "monitor_id"),
    )

    monitor_id: Mapped[uuid.UUID]
    group_number: Mapped[int]
    answers: Mapped[dict[str, Any]] = mapped_column(comment="Points of the scale by statement; left out: none")


class MonitorFigure(Owned, Base):
    """One released figure, or the reason why there is none. Made once, at closing; never changed."""

    __tablename__ = "monitor_figure"
    __table_args__ = (
        within("monitor_id", "monitor"),
        within("unit_id", "unit"),
        UniqueConstraint("organisation_id", "monitor_id", "group_number", "measure"),
        CheckConstraint("(mean IS NULL) = (withheld <> '')", name="mean_or_reason"),
        CheckConstraint("withheld IN ('', 'few', 'protects')", name="withheld_known"),
    )

    monitor_id: Mapped[uuid.UUID]
    group_number: Mapped[int] = mapped_column(comment="0: the whole company")
    group_name: Mapped[str] = mapped_column(
        String(200), default="", comment="Empty: small units together, or everybody"
    )
    unit_id: Mapped[uuid.UUID | None] = mapped_column(comment="Where the group is one unit")
    measure: Mapped[str] = mapped_column(String(40), comment="all, or one of the questionnaire's levels")
    mean: Mapped[float | None] = mapped_column(comment="From 1 to 5, rounded; higher is better")
    withheld: Mapped[str] = mapped_column(
        String(20), default="", comment="few ballots, or protects: single ones could be worked out; never why exactly"
    )
