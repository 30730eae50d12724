from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within


class Rehearsal(Owned, Stamped, Base):
    """What a model would change in open vacancies, found out without changing anything."""

    __tablename__ = "rehearsal"
    __table_args__ = (
        within("model_version_id", "model_version"),
        within("user_id", "user_account"),
        UniqueConstraint("organisation_id", "job_id"),
        Index("ix_rehearsal_model", "organisation_id", "model_version_id", "created_at"),
    )

    model_version_id: Mapped[uuid.UUID]
    job_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID | None]
    read_at: Mapped[dt.datetime] = mapped_column(comment="When reading began; what came later is not in it")
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="Counts and figures; nobody is named")


class RehearsalMover(Owned, Base):
    """Somebody who would move far in a rehearsal; goes with the applicant."""

    __tablename__ = "rehearsal_mover"
    __table_args__ = (
        within("rehearsal_id", "rehearsal", ondelete="CASCADE"),
        within("vacancy_id", "vacancy"),
        within("applicant_id", "applicant", ondelete="CASCADE"),
        Index("ix_rehearsal_mover_rehearsal", "organisation_id", "rehearsal_id"),
        Index("ix_rehearsal_mover_applicant", "organisation_id", "applicant_id"),
    )

    rehearsal_id: Mapped[uuid.UUID]
    vacancy_id: Mapped[uuid.UUID]
    applicant_id: Mapped[uuid.UUID]
    finding: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="Places and groups before and after")


class ApprovalRequest(Owned, Stamped, Base):
    """What somebody of HR wants done with a model, and why; done at once (`alone`), or by a second person's word."""

    __tablename__ = "approval_request"
    __table_args__ = (
        within("model_version_id", "model_version"),
        within("serving_id", "model_version"),
        within("asked_by", "user_account"),
        within("decided_by", "user_account"),
        UniqueConstraint("organisation_id", "open_about"),
        Index("ix_approval_request_state", "organisation_id", "state", "created_at"),
        CheckConstraint("kind IN ('promote', 'roll_back', 'approval_off', 'scores_start')", name="kind_known"),
        CheckConstraint(
            "state IN ('alone', 'open', 'approved', 'declined', 'withdrawn', 'expired')", name="state_known"
        ),
        CheckConstraint(
            "state <> 'approved' OR (decided_by IS NOT NULL AND decided_by <> asked_by)", name="two_people"
        ),
        CheckConstraint("(state = 'open') = (open_about IS NOT NULL)", name="open_about_something"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="open")
    open_about: Mapped[str | None] = mapped_column(
        String(80), comment="The model or the rule, while the request is open: one open request about each"
    )
    model_version_id: Mapped[uuid.UUID | None]
    serving_id: Mapped[uuid.UUID | None] = mapped_column(comment="The model that served when it was asked")
    vacancies: Mapped[list[Any]] = mapped_column(default=list, comment="Ids of the vacancies that are to move")
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[uuid.UUID]
    expires_at: Mapped[dt.datetime]
    decided_by: Mapped[uuid.UUID | None]
    decided_at: Mapped[dt.datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="", comment="Why it was approved or declined")


class ScoreStop(Owned, Stamped, Base):
    """From when to when no page shows a score, by whom and why."""

    __tablename__ = "score_stop"
    __table_args__ = (
        within("stopped_by", "user_account"),
        within("started_by", "user_account"),
        UniqueConstraint("organisation_id", "lasting"),
        CheckConstraint("(started_at IS NULL) = (lasting IS NOT NULL)", name="lasting_until_started"),
    )

    lasting: Mapped[bool | None] = mapped_column(default=True, comment="True while it lasts, then null: one at a time")
    stopped_by: Mapped[uuid.UUID]
    reason: Mapped[str] = mapped_column(Text)
    started_at: Mapped[dt.datetime | None]
    started_by: Mapped[uuid.UUID | None]
    start_reason: Mapped[str] = mapped_column(Text, default="")
