from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from webapp.records.base import Base, Owned, Stamped, within
from webapp.records.names import fold, folded_name


class Unit(Owned, Stamped, Base):
    """A department, shop or team. A closed one keeps its name and its past."""

    __tablename__ = "unit"
    __table_args__ = (
        within("merged_into_id", "unit"),
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint("merged_into_id IS NULL OR closed_at IS NOT NULL", name="merged_is_closed"),
    )

    name: Mapped[str] = mapped_column(String(200))
    closed_at: Mapped[dt.datetime | None] = mapped_column(comment="Nobody new comes here since")
    merged_into_id: Mapped[uuid.UUID | None] = mapped_column(comment="The unit that its people went to")


class StaffMember(Owned, Stamped, Base):
    """Someone who works here, known by the company's own code."""

    __tablename__ = "staff_member"
    __table_args__ = (
        within("unit_id", "unit"),
        UniqueConstraint("organisation_id", "code"),
        Index("ix_staff_member_name", "organisation_id", "name_folded", "id"),
        Index("ix_staff_member_unit", "organisation_id", "unit_id"),
    )

    code: Mapped[str] = mapped_column(String(100), comment="The company's personnel code")
    name: Mapped[str] = mapped_column(String(200), default="")
    name_folded: Mapped[str] = mapped_column(String(200), default=folded_name, comment="The name as it is searched")
    email: Mapped[str] = mapped_column(String(254), default="")
    unit_id: Mapped[uuid.UUID | None]
    job_family: Mapped[str] = mapped_column(String(100), default="")
    language: Mapped[str] = mapped_column(String(2), default="")
    left_at: Mapped[dt.datetime | None]
    unit: Mapped[Unit | None] = relationship(viewonly=True)

    @validates("name")
    def _fold_name(self, _key: str, name: str) -> str:
        self.name_folded = fold(name)
        return name


class StaffHistory(Owned, Stamped, Base):
    """One change of one person or of one unit: what it was and what it became. Rows are only added."""

    __tablename__ = "staff_history"
    __table_args__ = (
        within("staff_member_id", "staff_member", ondelete="CASCADE"),
        within("unit_id", "unit"),
        within("user_id", "user_account"),
        within("batch_id", "import_batch"),
        Index("ix_staff_history_member", "organisation_id", "staff_member_id", "id"),
        Index("ix_staff_history_unit", "organisation_id", "unit_id", "id"),
        CheckConstraint("(staff_member_id IS NULL) <> (unit_id IS NULL)", name="one_subject"),
    )

    staff_member_id: Mapped[uuid.UUID | None]
    unit_id: Mapped[uuid.UUID | None]
    what: Mapped[str] = mapped_column(String(40), comment="added, name, unit, left, returned, merged ...")
    before: Mapped[str] = mapped_column(String(300), default="")
    after: Mapped[str] = mapped_column(String(300), default="")
    user_id: Mapped[uuid.UUID | None] = mapped_column(comment="Null: the person, or the system")
    batch_id: Mapped[uuid.UUID | None] = mapped_column(comment="The file that it came with")


class Hire(Owned, Stamped, Base):
    """An applicant who became staff. The applicant's answers stay the applicant's: this is the only tie."""

    __tablename__ = "hire"
    __table_args__ = (
        # When the applicant's data are forgotten, the tie goes with them; the member of staff stays.
        within("applicant_id", "applicant", ondelete="CASCADE"),
        within("staff_member_id", "staff_member", ondelete="CASCADE"),
        within("user_id", "user_account"),
        UniqueConstraint("organisation_id", "applicant_id"),
        UniqueConstraint("organisation_id", "staff_member_id"),
    )

    applicant_id: Mapped[uuid.UUID]
    staff_member_id: Mapped[uuid.UUID]
    hired_on: Mapped[str] = mapped_column(String(10), comment="ISO date")
    user_id: Mapped[uuid.UUID | None]


class ServiceRule(Owned, Stamped, Base):
    """Everybody in one unit serves everybody in another (or in the same), but for the exceptions."""

    __tablename__ = "service_rule"
    __table_args__ = (
        within("performer_unit_id", "unit"),
        within("customer_unit_id", "unit"),
        within("user_id", "user_account"),
        UniqueConstraint("organisation_id", "performer_unit_id", "customer_unit_id"),
    )

    performer_unit_id: Mapped[uuid.UUID]
    customer_unit_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID | None]
    applied_at: Mapped[dt.datetime] = mapped_column(comment="When its pairs were made last")


class ServiceLink(Owned, Stamped, Base):
    """One person serves another, who will rate that service; or expressly does not."""

    __tablename__ = "service_link"
    __table_args__ = (
        within("performer_id", "staff_member", ondelete="CASCADE"),
        within("customer_id", "staff_member", ondelete="CASCADE"),
        within("batch_id", "import_batch"),
        UniqueConstraint("organisation_id", "performer_id", "customer_id"),
        Index("ix_service_link_customer", "organisation_id", "customer_id"),
        CheckConstraint("performer_id <> customer_id", name="not_oneself"),
        CheckConstraint("origin IN ('file', 'rule', 'hand')", name="origin_known"),
        CheckConstraint("NOT excluded OR origin = 'hand'", name="excluded_by_hand"),
    )

    performer_id: Mapped[uuid.UUID] = mapped_column(comment="Who serves, and is rated")
    customer_id: Mapped[uuid.UUID] = mapped_column(comment="Who is served, and rates")
    origin: Mapped[str] = mapped_column(String(10))
    excluded: Mapped[bool] = mapped_column(default=False, comment="An exception: no rule makes this pair")
    batch_id: Mapped[uuid.UUID | None]


class StaffInvitation(Owned, Stamped, Base):
    """A member of staff's way to one form of a questionnaire: one row, so that nobody sits twice."""

    __tablename__ = "staff_invitation"
    __table_args__ = (
        within("staff_member_id", "staff_member", ondelete="CASCADE"),
        within("questionnaire_id", "questionnaire_version"),
        within("sitting_id", "sitting"),
        UniqueConstraint("organisation_id", "staff_member_id", "questionnaire_id", "form"),
        UniqueConstraint("token_hash"),
        UniqueConstraint("organisation_id", "sitting_id"),
    )

    staff_member_id: Mapped[uuid.UUID]
    questionnaire_id: Mapped[uuid.UUID]
    form: Mapped[str] = mapped_column(String(40))
    serial: Mapped[int] = mapped_column(default=1, comment="Goes up with each new link, so that the old one ends")
    token_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the token")
    email: Mapped[str] = mapped_column(String(254), default="", comment="The address for which the link was made")
    unit_name: Mapped[str] = mapped_column(
        String(200), default="", comment="As it was when this person was asked: counts do not follow who moves"
    )
    expires_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
    reminded_at: Mapped[dt.datetime | None]
    withdrawn_at: Mapped[dt.datetime | None]
    sitting_id: Mapped[uuid.UUID | None]
    staff_member: Mapped[StaffMember] = relationship(viewonly=True)


class ImportBatch(Owned, Stamped, Base):
    """One file that HR brought in, so that what came with it can be named later."""

    __tablename__ = "import_batch"
    __table_args__ = (
        within("user_id", "user_account"),
        CheckConstraint("kind IN ('staff', 'answers', 'ratings', 'matrix')", name="kind_known"),
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
