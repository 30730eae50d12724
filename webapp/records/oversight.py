from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.records.base import Base, Owned, Stamped, within
from webapp.records.vacancy import Applicant


class ReviewSample(Owned, Stamped, Base):
    """People drawn at random from below the cut, so that a human looks at some whom the list would pass over."""

    __tablename__ = "review_sample"
    __table_args__ = (
        within("vacancy_id", "vacancy"),
        within("model_version_id", "model_version"),
        within("drawn_by", "user_account"),
        UniqueConstraint("organisation_id", "vacancy_id", "model_version_id", "cut"),
        CheckConstraint("cut_from IN ('line', 'target')", name="cut_from_known"),
    )

    vacancy_id: Mapped[uuid.UUID]
    model_version_id: Mapped[uuid.UUID]
    cut: Mapped[int] = mapped_column(comment="How many places lie above the cut")
    cut_from: Mapped[str] = mapped_column(String(10), comment="The recruiter's cut line, or the number to be hired")
    seed: Mapped[int] = mapped_column(BigInteger, comment="Draws the same people again from the same list")
    list_seq: Mapped[int] = mapped_column(BigInteger, comment="The list's batch at which it was drawn")
    pool: Mapped[int] = mapped_column(comment="How many people stood below the cut, not chosen")
    rule: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="The company's rule of size as it was")
    drawn_by: Mapped[uuid.UUID | None]


class SampledPerson(Owned, Stamped, Base):
    """One of them, and what the human who looked at them found."""

    __tablename__ = "sampled_person"
    __table_args__ = (
        within("sample_id", "review_sample"),
        within("applicant_id", "applicant", ondelete="CASCADE"),
        within("reviewed_by", "user_account"),
        UniqueConstraint("organisation_id", "sample_id", "applicant_id"),
        Index("ix_sampled_person_applicant", "organisation_id", "applicant_id"),
        CheckConstraint("verdict IN ('agree', 'again', 'changed')", name="verdict_known"),
    )

    sample_id: Mapped[uuid.UUID]
    applicant_id: Mapped[uuid.UUID]
    number: Mapped[int] = mapped_column(comment="In which order they were drawn")
    place: Mapped[int] = mapped_column(comment="On the list when they were drawn")
    verdict: Mapped[str | None] = mapped_column(String(10), comment="agree, again, changed; null: nobody looked yet")
    note: Mapped[str] = mapped_column(Text, default="")
    reviewed_by: Mapped[uuid.UUID | None]
    reviewed_at: Mapped[dt.datetime | None]
    applicant: Mapped[Applicant] = relationship(viewonly=True)


class VacancyNotice(Owned, Stamped, Base):
    """That people were told, before it was used on them, that a program helps to judge their answers."""

    __tablename__ = "vacancy_notice"
    __table_args__ = (
        within("vacancy_id", "vacancy"),
        within("recorded_by", "user_account"),
        Index("ix_vacancy_notice_vacancy", "organisation_id", "vacancy_id"),
        CheckConstraint("how IN ('advertisement', 'invitation', 'page', 'other')", name="how_known"),
    )

    vacancy_id: Mapped[uuid.UUID]
    given_on: Mapped[dt.date] = mapped_column(Date)
    how: Mapped[str] = mapped_column(String(20))
    version: Mapped[str] = mapped_column(String(80), comment="Which text was given")
    place: Mapped[str] = mapped_column(String(40), default="", comment="For which place; empty: for all")
    note: Mapped[str] = mapped_column(String(500), default="")
    recorded_by: Mapped[uuid.UUID | None]
    taken_back_at: Mapped[dt.datetime | None] = mapped_column(comment="It was recorded by mistake")


class VacancyPlace(Owned, Stamped, Base):
    """A place whose law about notices holds for a vacancy."""

    __tablename__ = "vacancy_place"
    __table_args__ = (
        within("vacancy_id", "vacancy"),
        UniqueConstraint("organisation_id", "vacancy_id", "place"),
    )

    vacancy_id: Mapped[uuid.UUID]
    place: Mapped[str] = mapped_column(String(40), comment="As the company's list of places calls it")
