from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.records.base import Base, Owned, Stamped, within


class Unit(Owned, Stamped, Base):
    """A department, shop or team."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    name: Mapped[str] = mapped_column(String(200))


class StaffMember(Owned, Stamped, Base):
    """Someone who works here, known by the company's own code."""

    __tablename__ = "staff_member"
    __table_args__ = (within("unit_id", "unit"), UniqueConstraint("organisation_id", "code"))

    code: Mapped[str] = mapped_column(String(100), comment="The company's personnel code")
    name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    unit_id: Mapped[uuid.UUID | None]
    job_family: Mapped[str] = mapped_column(String(100), default="")
    language: Mapped[str] = mapped_column(String(2), default="")
    left_at: Mapped[dt.datetime | None]
    unit: Mapped[Unit | None] = relationship(viewonly=True)


class ImportBatch(Owned, Stamped, Base):
    """One file that HR brought in, so that what came with it can be named later."""

    __tablename__ = "import_batch"
    __table_args__ = (
        within("user_id", "user_account"),
        CheckConstraint("kind IN ('staff', 'answers', 'ratings')", name="kind_known"),
        CheckConstraint("state IN ('previewed', 'imported', 'discarded')", name="state_known"),
        CheckConstraint("state <> 'imported' OR imported_at IS NOT NULL", name="imported_with_time"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="previewed")
    file_name: Mapped[str] = mapped_column(String(300))
    file_sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(comment="Kept between preview and import, then dropped")
    options: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="Scale, questionnaire and the like")
    rows: Mapped[int] = mapped_column(default=0)
    user_id: Mapped[uuid.UUID | None]
    imported_at: Mapped[dt.datetime | None]


class Rating(Owned, Stamped, Base):
    """How one colleague rated another; read by the training job alone."""

    __tablename__ = "rating"
    __table_args__ = (
        within("ratee_id", "staff_member"),
        within("batch_id", "import_batch"),
        Index("ix_rating_ratee", "organisation_id", "ratee_id"),
        CheckConstraint("source IN ('imported', 'collected')", name="source_known"),
        CheckConstraint("value >= scale_min AND value <= scale_max", name="value_on_scale"),
    )

    ratee_id: Mapped[uuid.UUID]
    rater_code: Mapped[str | None] = mapped_column(String(100), comment="Null: the rater is not known")
    competence: Mapped[str | None] = mapped_column(String(100))
    value: Mapped[float]
    scale_min: Mapped[float]
    scale_max: Mapped[float]
    rated_on: Mapped[str | None] = mapped_column(String(10), comment="ISO date as given")
    source: Mapped[str] = mapped_column(String(20), default="imported")
    known_to_hr: Mapped[bool] = mapped_column(default=True, comment="Imported ratings are; collected ones never")
    batch_id: Mapped[uuid.UUID | None]
