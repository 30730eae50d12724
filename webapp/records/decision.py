from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Connection, Index, SmallInteger, String, Text, UniqueConstraint, event, false
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from webapp.records.base import Base, Owned, Stamped, new_id, now, within
from webapp.records.organisation import Organisation
from webapp.records.stage_defaults import REASONS, STAGES

KINDS = "kind IN ('new', 'open', 'hired', 'declined')"


class Stage(Owned, Stamped, Base):
    """How far somebody has come, as this company names it; `applicant.stage` holds the number."""

    __tablename__ = "stage"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint(KINDS, name="kind_known"),
        CheckConstraint("(number = 0) = (kind = 'new')", name="new_is_zero"),
        CheckConstraint("number BETWEEN 0 AND 4000", name="number_fits"),
    )

    number: Mapped[int] = mapped_column(SmallInteger, comment="Never used again for another stage")
    position: Mapped[int] = mapped_column(SmallInteger, comment="In which order they stand")
    kind: Mapped[str] = mapped_column(String(20), comment="new, open, hired or declined")
    names: Mapped[dict[str, Any]] = mapped_column(comment="By language")
    reveals: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="A decision into it shows the name where names are hidden"
    )
    retired_at: Mapped[dt.datetime | None] = mapped_column(comment="Since when nobody can be moved there")


class DecisionReason(Owned, Stamped, Base):
    """One of the company's own reasons, offered for stages of one kind."""

    __tablename__ = "decision_reason"
    __table_args__ = (
        CheckConstraint(KINDS, name="kind_known"),
        Index("ix_decision_reason_kind", "organisation_id", "kind", "position"),
    )

    kind: Mapped[str] = mapped_column(String(20), comment="For which kind of stage")
    position: Mapped[int] = mapped_column(SmallInteger)
    names: Mapped[dict[str, Any]] = mapped_column(comment="By language")
    needs_text: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="Says nothing by itself: words have to stand beside it"
    )
    retired_at: Mapped[dt.datetime | None]


class DecisionBatch(Owned, Stamped, Base):
    """What one person decided, or is about to decide, about one or many at once; the numbers outlive the people."""

    __tablename__ = "decision_batch"
    __table_args__ = (
        within("vacancy_id", "vacancy"),
        within("user_id", "user_account"),
        within("reason_id", "decision_reason"),
        within("job_id", "job"),
        within("undone_by", "user_account"),
        Index("ix_decision_batch_vacancy", "organisation_id", "vacancy_id", "decided_at"),
        Index("ix_decision_batch_user", "organisation_id", "user_id", "decided_at"),
        CheckConstraint("state IN ('draft', 'running', 'done', 'undone')", name="state_known"),
        CheckConstraint("(state = 'draft') = (decided_at IS NULL)", name="decided_with_time"),
        CheckConstraint("state <> 'undone' OR undone_at IS NOT NULL", name="undone_with_time"),
    )

    vacancy_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID] = mapped_column(comment="Who decides; nobody else and nothing else can")
    state: Mapped[str] = mapped_column(String(20), default="draft")
    to_stage: Mapped[int] = mapped_column(SmallInteger)
    reason_id: Mapped[uuid.UUID | None]
    text: Mapped[str] = mapped_column(Text, default="", comment="The reason in own words")
    tie_reason: Mapped[str] = mapped_column(
        Text, default="", comment="Why these, of those who cannot be told apart from them"
    )
    people: Mapped[int] = mapped_column(default=0, comment="How many the decision is about")
    seen: Mapped[dict[str, Any]] = mapped_column(
        default=dict, comment="What the decider was shown: numbers only, nobody is named"
    )
    job_id: Mapped[uuid.UUID | None] = mapped_column(comment="The worker's job, where they are many")
    decided_at: Mapped[dt.datetime | None]
    undone_at: Mapped[dt.datetime | None]
    undone_by: Mapped[uuid.UUID | None]


class DecisionChoice(Owned, Base):
    """Somebody in a decision that waits to be confirmed, as the decider sees them; goes when it is done."""

    __tablename__ = "decision_choice"
    __table_args__ = (
        within("batch_id", "decision_batch"),
        within("applicant_id", "applicant"),
        UniqueConstraint("organisation_id", "batch_id", "applicant_id"),
        Index("ix_decision_choice_applicant", "organisation_id", "applicant_id"),
    )

    batch_id: Mapped[uuid.UUID]
    applicant_id: Mapped[uuid.UUID]
    from_stage: Mapped[int] = mapped_column(SmallInteger)
    finding: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="Place, tie group, flags, as seen")


class Decision(Owned, Stamped, Base):
    """One person's move from one stage to another, and what the decider saw. An undone one stays, and says so."""

    __tablename__ = "decision"
    __table_args__ = (
        within("batch_id", "decision_batch"),
        within("vacancy_id", "vacancy"),
        within("applicant_id", "applicant"),
        within("user_id", "user_account"),
        within("reason_id", "decision_reason"),
        within("undone_by", "user_account"),
        UniqueConstraint("organisation_id", "batch_id", "applicant_id"),
        Index("ix_decision_applicant", "organisation_id", "applicant_id", "decided_at"),
        Index("ix_decision_vacancy", "organisation_id", "vacancy_id", "decided_at"),
        Index("ix_decision_user", "organisation_id", "user_id", "decided_at"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone_by_somebody"),
    )

    batch_id: Mapped[uuid.UUID]
    vacancy_id: Mapped[uuid.UUID]
    applicant_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID]
    from_stage: Mapped[int] = mapped_column(SmallInteger)
    to_stage: Mapped[int] = mapped_column(SmallInteger)
    reason_id: Mapped[uuid.UUID | None]
    text: Mapped[str] = mapped_column(Text, default="", comment="The reason in own words")
    tie_reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[dt.datetime]
    place: Mapped[int | None] = mapped_column(comment="As the decider saw it; null: without a place, or scores stopped")
    group_first: Mapped[int | None] = mapped_column(comment="First place of the tie group")
    group_last: Mapped[int | None] = mapped_column(comment="Last place of the tie group")
    ranked: Mapped[int | None] = mapped_column(comment="How many had a place")
    model_number: Mapped[int | None] = mapped_column(comment="By which model")
    flags: Mapped[list[Any]] = mapped_column(default=list, comment="As the decider saw them")
    in_split_tie: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="Others of the same tie group were left out"
    )
    revealed: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="This decision showed the name on a blind vacancy"
    )
    undone_at: Mapped[dt.datetime | None]
    undone_by: Mapped[uuid.UUID | None]


@event.listens_for(Organisation, "after_insert")
def give_defaults(_mapper: Mapper[Organisation], connection: Connection, organisation: Organisation) -> None:
    """Every new company begins with stages and reasons, whoever makes it."""
    owned = {"organisation_id": organisation.id, "created_at": now()}
    stages = [
        {"id": new_id(), "number": each.number, "position": at, "kind": each.kind, "names": each.names}
        | owned
        | {"reveals": each.reveals}
        for at, each in enumerate(STAGES)
    ]
    reasons = [
        {"id": new_id(), "kind": each.kind, "position": at, "names": each.names, "needs_text": each.needs_text} | owned
        for at, each in enumerate(REASONS)
    ]
    connection.execute(Stage.__table__.insert(), stages)  # type: ignore[attr-defined]
    connection.execute(DecisionReason.__table__.insert(), reasons)  # type: ignore[attr-defined]
