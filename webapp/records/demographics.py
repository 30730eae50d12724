from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within


class DemographicAnswer(Owned, Base):
    """One thing that somebody chose to tell. It bears no reference to anybody, no time and no order.

    The id is a keyed hash of the applicant and the attribute: without the installation's secret no row can be joined
    with a person, nor two rows of one person with each other. SQLite lays the rows in the order of that hash.
    """

    __tablename__ = "demographic_answer"
    __table_args__ = (
        Index("ix_demographic_answer_attribute", "organisation_id", "attribute"),
        {"sqlite_with_rowid": False},
    )

    attribute: Mapped[str] = mapped_column(String(20))
    category: Mapped[str] = mapped_column(String(40))


class GroupBlock(Owned, Stamped, Base):
    """The smallest part of which reports about groups are sums, as it was counted last.

    `sealed` holds who was counted how, under keys and masks of the installation's secret: it serves to see how many
    have changed since, and to count as before where these are too few to be told.
    """

    __tablename__ = "group_block"
    __table_args__ = (UniqueConstraint("organisation_id", "unit", "attribute"),)

    unit: Mapped[str] = mapped_column(String(50), comment="vacancy:ID, or small:YEAR for small closed vacancies")
    attribute: Mapped[str] = mapped_column(String(20))
    vacancies: Mapped[list[Any]] = mapped_column(default=list, comment="Ids of the vacancies that it holds")
    people: Mapped[int] = mapped_column(comment="How many were counted, those erased since included")
    sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class GroupReport(Owned, Stamped, Base):
    """What applicants' groups got, as one job computed it."""

    __tablename__ = "group_report"
    __table_args__ = (
        within("vacancy_id", "vacancy"),
        within("made_by", "user_account"),
        UniqueConstraint("organisation_id", "job_id"),
        Index("ix_group_report_time", "organisation_id", "created_at"),
        CheckConstraint("scope IN ('vacancy', 'year', 'all')", name="scope_known"),
    )

    scope: Mapped[str] = mapped_column(String(10))
    vacancy_id: Mapped[uuid.UUID | None]
    year: Mapped[int | None] = mapped_column(comment="In which the vacancies were opened")
    job_id: Mapped[uuid.UUID]
    made_by: Mapped[uuid.UUID | None]
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="Counts of ten people and more alone")
