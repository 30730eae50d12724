from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from webapp.records.base import Base, Owned, Stamped, within
from webapp.records.model import ModelVersion
from webapp.records.names import fold as fold
from webapp.records.names import folded_name, new_code, turned, turned_name
from webapp.records.questionnaire import QuestionnaireVersion
from webapp.records.staff import Unit


class Vacancy(Owned, Stamped, Base):
    """A place to fill; it stays on its model until HR moves it."""

    __tablename__ = "vacancy"
    __table_args__ = (
        within("unit_id", "unit"),
        within("questionnaire_id", "questionnaire_version"),
        within("model_version_id", "model_version"),
        within("created_by", "user_account"),
        UniqueConstraint("public_code_hash"),
        CheckConstraint("state IN ('open', 'closed', 'archived')", name="state_known"),
        CheckConstraint("target > 0", name="target_positive"),
    )

    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), default="open")
    unit_id: Mapped[uuid.UUID | None]
    job_family: Mapped[str] = mapped_column(String(100), default="")
    questionnaire_id: Mapped[uuid.UUID]
    form: Mapped[str] = mapped_column(String(40))
    model_version_id: Mapped[uuid.UUID]
    languages: Mapped[list[Any]] = mapped_column(default=list)
    opens_at: Mapped[dt.datetime | None] = mapped_column(comment="Before this moment nobody begins; null: open at once")
    closes_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None] = mapped_column(comment="When somebody closed it; retention counts from here")
    target: Mapped[int] = mapped_column(default=1, comment="How many people are to be hired")
    public_code_hash: Mapped[str | None] = mapped_column(String(64), comment="SHA-256 of the public link's code")
    created_by: Mapped[uuid.UUID | None]
    blind: Mapped[bool] = mapped_column(
        default=False,
        server_default=false(),
        comment="Nobody's name is shown to recruiters until a decision is recorded",
    )
    blind_required: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="HR holds it blind; a recruiter cannot change it"
    )
    blinded_at: Mapped[dt.datetime | None] = mapped_column(
        comment="Since when names are hidden: what was written before may name somebody"
    )
    unit: Mapped[Unit | None] = relationship(viewonly=True)
    questionnaire: Mapped[QuestionnaireVersion] = relationship(viewonly=True)
    model_version: Mapped[ModelVersion] = relationship(viewonly=True)


class TieCuts(Owned, Stamped, Base):
    """The borders between tie groups, fixed per vacancy and model release."""

    __tablename__ = "tie_cuts"
    __table_args__ = (
        within("vacancy_id", "vacancy"),
        within("model_version_id", "model_version"),
        UniqueConstraint("organisation_id", "vacancy_id", "model_version_id"),
    )

    vacancy_id: Mapped[uuid.UUID]
    model_version_id: Mapped[uuid.UUID]
    cuts: Mapped[list[Any]] = mapped_column(comment="Falling lower borders of the groups, from the top")


NAMED = ("organisation_id", "vacancy_id")
BEGINNING = "varchar_pattern_ops"


class Applicant(Owned, Stamped, Base):
    """Someone who applies for one vacancy."""

    __tablename__ = "applicant"
    __table_args__ = (
        within("vacancy_id", "vacancy"),
        UniqueConstraint("organisation_id", "vacancy_id", "email"),
        UniqueConstraint("organisation_id", "vacancy_id", "code"),
        Index("ix_applicant_vacancy", "organisation_id", "vacancy_id", "id"),
        Index("ix_applicant_state", *NAMED, "state"),
        Index("ix_applicant_email", "organisation_id", "email"),
        Index("ix_applicant_name", *NAMED, "name_folded", "id", postgresql_ops={"name_folded": BEGINNING}),
        Index("ix_applicant_name_turned", *NAMED, "name_turned", "id", postgresql_ops={"name_turned": BEGINNING}),
        Index("ix_applicant_address", *NAMED, "email", "id", postgresql_ops={"email": BEGINNING}),
        CheckConstraint("state IN ('invited', 'started', 'done', 'withdrawn')", name="state_known"),
    )

    vacancy_id: Mapped[uuid.UUID]
    name: Mapped[str] = mapped_column(String(200))
    name_folded: Mapped[str] = mapped_column(String(200), default=folded_name, comment="The name as it is searched")
    name_turned: Mapped[str] = mapped_column(
        String(200), default=turned_name, server_default="", comment="The same with its last word first"
    )
    email: Mapped[str] = mapped_column(String(254), comment="Lower case")
    language: Mapped[str] = mapped_column(String(2), default="")
    source: Mapped[str] = mapped_column(String(20), default="list", comment="list, public link or import")
    state: Mapped[str] = mapped_column(String(20), default="invited")
    stage: Mapped[int] = mapped_column(
        SmallInteger, default=0, server_default="0", comment="Number of the company's stage"
    )
    code: Mapped[str] = mapped_column(
        String(12), default=new_code, comment="What the person is called where names are hidden, and in addresses"
    )
    revealed_at: Mapped[dt.datetime | None] = mapped_column(
        comment="When a recorded decision showed the name on a blind vacancy"
    )
    hidden_at: Mapped[dt.datetime | None] = mapped_column(
        comment="When such a decision was undone and the name hidden again: words from before may hold it"
    )
    vacancy: Mapped[Vacancy] = relationship(viewonly=True)

    @validates("name")
    def _fold_name(self, _key: str, name: str) -> str:
        self.name_folded, self.name_turned = fold(name), turned(name)
        return name


class Invitation(Owned, Stamped, Base):
    """A personal link. Only the token's hash is kept; opening it consumes nothing."""

    __tablename__ = "invitation"
    __table_args__ = (
        within("applicant_id", "applicant"),
        UniqueConstraint("token_hash"),
        Index("ix_invitation_applicant", "organisation_id", "applicant_id"),
    )

    applicant_id: Mapped[uuid.UUID]
    token_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the token")
    expires_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
    withdrawn_at: Mapped[dt.datetime | None]
    applicant: Mapped[Applicant] = relationship(viewonly=True)
