from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.records.base import Base, Owned, Stamped, within
from webapp.records.staff import StaffMember


class Competence(Owned, Stamped, Base):
    """A competence of the company's own, as it will be asked in rounds that open from now on."""

    __tablename__ = "competence"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    code: Mapped[str] = mapped_column(String(100), comment="Stays when the name changes, so that figures go on")
    texts: Mapped[dict[str, Any]] = mapped_column(
        comment="Names, descriptions, indicators and anchors by language, and the scale"
    )
    retired_at: Mapped[dt.datetime | None] = mapped_column(comment="Not offered to new rounds since")


class RatingRound(Owned, Stamped, Base):
    """One round in which colleagues rate one another. Opening freezes pairs, texts and scale."""

    __tablename__ = "rating_round"
    __table_args__ = (
        within("follows_id", "rating_round"),
        within("created_by", "user_account"),
        UniqueConstraint("organisation_id", "follows_id"),
        Index("ix_rating_round_state", "organisation_id", "state"),
        CheckConstraint("kind IN ('regular', 'extra')", name="kind_known"),
        CheckConstraint("state IN ('draft', 'planned', 'open', 'closed', 'released')", name="state_known"),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("(state IN ('draft', 'planned')) = (opened_at IS NULL)", name="opened_with_time"),
        CheckConstraint("(state IN ('closed', 'released')) = (closed_at IS NOT NULL)", name="closed_with_time"),
        CheckConstraint("(state = 'released') = (released_at IS NOT NULL)", name="released_with_time"),
        CheckConstraint("closed_at IS NULL OR key_salt IS NULL", name="no_key_after_closing"),
    )

    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(
        String(20), default="regular", comment="regular: the quarter's; extra: beside it. Two of a kind never overlap"
    )
    state: Mapped[str] = mapped_column(String(20), default="draft")
    opens_at: Mapped[dt.datetime]
    closes_at: Mapped[dt.datetime] = mapped_column(comment="From this moment by the server's clock nothing is taken")
    opened_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    released_at: Mapped[dt.datetime | None] = mapped_column(comment="When the figures were released, once")
    competence_codes: Mapped[list[Any]] = mapped_column(default=list, comment="What HR chose, until it opens")
    competences: Mapped[list[Any]] = mapped_column(default=list, comment="Texts and scales as they were at opening")
    languages: Mapped[list[Any]] = mapped_column(default=list, comment="In which every competence is written")
    reminder_days: Mapped[list[Any]] = mapped_column(default=list, comment="So many days before closing")
    reminders_done: Mapped[list[Any]] = mapped_column(default=list, comment="Days whose reminder has been queued")
    reminded_at: Mapped[dt.datetime | None] = mapped_column(comment="The last reminder, by hand or by itself")
    repeat_months: Mapped[int] = mapped_column(default=0, comment="0: once; 3: every quarter")
    follows_id: Mapped[uuid.UUID | None] = mapped_column(comment="The round from which the schedule made this one")
    created_by: Mapped[uuid.UUID | None]
    key_salt: Mapped[bytes | None] = mapped_column(
        LargeBinary, deferred=True, comment="With the site's secret it makes raters' keys; destroyed at closing"
    )
    turnout: Mapped[dict[str, Any]] = mapped_column(
        default=dict, deferred=True, comment="Counts at closing, of units of three and more; nobody is named"
    )


class RoundPair(Owned, Base):
    """Who is asked to rate whom; frozen at opening, deleted at closing."""

    __tablename__ = "round_pair"
    __table_args__ = (
        within("round_id", "rating_round"),
        within("rater_id", "staff_member"),
        within("performer_id", "staff_member"),
        UniqueConstraint("organisation_id", "round_id", "rater_id", "performer_id"),
        Index("ix_round_pair_performer", "organisation_id", "round_id", "performer_id"),
        CheckConstraint("rater_id <> performer_id", name="not_oneself"),
    )

    round_id: Mapped[uuid.UUID]
    rater_id: Mapped[uuid.UUID]
    performer_id: Mapped[uuid.UUID]


class RoundRater(Owned, Stamped, Base):
    """Somebody who was asked, with their personal link; only the token's hash is kept."""

    __tablename__ = "round_rater"
    __table_args__ = (
        within("round_id", "rating_round"),
        within("staff_member_id", "staff_member"),
        UniqueConstraint("organisation_id", "round_id", "staff_member_id"),
        UniqueConstraint("token_hash"),
    )

    round_id: Mapped[uuid.UUID]
    staff_member_id: Mapped[uuid.UUID]
    link_id: Mapped[uuid.UUID] = mapped_column(comment="From which the link is made; another one ends the old link")
    token_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the token")
    email: Mapped[str] = mapped_column(
        String(254), default="", comment="As it was when the link was made: a later change never carries the link along"
    )
    language: Mapped[str] = mapped_column(String(2), default="")
    unit_name: Mapped[str] = mapped_column(
        String(200), default="", comment="As it was when this person was asked: counts do not follow who moves"
    )
    sent_at: Mapped[dt.datetime | None]
    entered: Mapped[bool] = mapped_column(default=False, comment="Has begun; forgotten at closing")
    finished: Mapped[bool] = mapped_column(default=False, comment="Says to be done; forgotten at closing")
    staff_member: Mapped[StaffMember] = relationship(viewonly=True)
