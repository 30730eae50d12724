from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within


class ExpertPanel(Owned, Stamped, Base):
    """Experts who rate every option of a questionnaire, so that the key is theirs. Closing makes the figures, once."""

    __tablename__ = "expert_panel"
    __table_args__ = (
        within("questionnaire_id", "questionnaire_version"),
        within("published_id", "questionnaire_version"),
        within("created_by", "user_account"),
        Index("ix_expert_panel_state", "organisation_id", "state"),
        CheckConstraint("state IN ('open', 'closed')", name="state_known"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_with_time"),
        CheckConstraint("(published_id IS NULL) = (published_at IS NULL)", name="published_with_time"),
        CheckConstraint("published_at IS NULL OR closed_at IS NOT NULL", name="closed_before_published"),
        CheckConstraint("widest_spread > 0", name="some_spread"),
    )

    questionnaire_id: Mapped[uuid.UUID] = mapped_column(comment="The version that is rated")
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), default="open")
    closes_at: Mapped[dt.datetime] = mapped_column(comment="From this moment by the server's clock nothing is taken")
    closed_at: Mapped[dt.datetime | None]
    languages: Mapped[list[Any]] = mapped_column(default=list, comment="In which the questionnaire is written")
    widest_spread: Mapped[float] = mapped_column(comment="Set before anybody is asked; wider options are dropped")
    reminded_at: Mapped[dt.datetime | None]
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="As reckoned at closing; nobody is named")
    published_id: Mapped[uuid.UUID | None] = mapped_column(comment="The version whose key is this panel's")
    published_at: Mapped[dt.datetime | None]
    created_by: Mapped[uuid.UUID | None]


class PanelExpert(Owned, Stamped, Base):
    """Somebody who was asked to rate, with their personal link; only the token's hash is kept."""

    __tablename__ = "panel_expert"
    __table_args__ = (
        within("panel_id", "expert_panel"),
        UniqueConstraint("organisation_id", "panel_id", "email"),
        UniqueConstraint("token_hash"),
    )

    panel_id: Mapped[uuid.UUID]
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254), comment="Forgotten at closing: no mail goes there any more")
    language: Mapped[str] = mapped_column(String(2), default="")
    link_id: Mapped[uuid.UUID] = mapped_column(comment="From which the link is made")
    token_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the token")
    seed: Mapped[int] = mapped_column(comment="In which order this expert sees the options")
    expert_code: Mapped[uuid.UUID | None] = mapped_column(comment="Under which the ratings are; forgotten at closing")
    sent_at: Mapped[dt.datetime | None]
    refused_at: Mapped[dt.datetime | None] = mapped_column(comment="The mail server refused the address for good")
    entered_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None] = mapped_column(comment="Says to be done; no more reminders")
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(comment="HR took the invitation back; the link has ended")


class PanelRating(Owned, Base):
    """How effective an expert thinks an option is. No page shows one to anybody but the expert, until closing.

    The row names no expert, keeps no time, and its id is random, so that its place among the others tells nothing.
    """

    __tablename__ = "panel_rating"
    __table_args__ = (
        within("panel_id", "expert_panel"),
        UniqueConstraint("organisation_id", "panel_id", "expert_code", "item_id", "option_id"),
        CheckConstraint("value BETWEEN 1 AND 5", name="value_on_scale"),
    )

    panel_id: Mapped[uuid.UUID]
    expert_code: Mapped[uuid.UUID]
    item_id: Mapped[str] = mapped_column(String(60))
    option_id: Mapped[str] = mapped_column(String(60))
    value: Mapped[int]
