from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from webapp.records.base import Base, Owned, Stamped, within
from webapp.records.questionnaire import QuestionnaireVersion


class ModelVersion(Owned, Stamped, Base):
    """A trained scoring model with its artefact; the artefact lives in the database, so a backup holds it."""

    __tablename__ = "model_version"
    __table_args__ = (
        within("questionnaire_id", "questionnaire_version"),
        within("promoted_by", "user_account"),
        UniqueConstraint("organisation_id", "number"),
        UniqueConstraint("organisation_id", "job_id"),
        CheckConstraint("kind IN ('key_only', 'trained')", name="kind_known"),
        CheckConstraint("state IN ('candidate', 'serving', 'retired')", name="state_known"),
    )

    number: Mapped[int] = mapped_column(comment="Counts within the organisation, for people")
    questionnaire_id: Mapped[uuid.UUID]
    form: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="candidate")
    artefact: Mapped[bytes] = deferred(mapped_column(LargeBinary, comment="The packed model folder"))
    artefact_sha256: Mapped[str] = mapped_column(String(64))
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="The cross-validated figures")
    manifest: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sed: Mapped[float | None] = mapped_column(comment="Standard error of a difference between two scores")
    job_id: Mapped[uuid.UUID | None]
    promoted_at: Mapped[dt.datetime | None]
    promoted_by: Mapped[uuid.UUID | None]
    retired_at: Mapped[dt.datetime | None] = mapped_column(
        comment="When another took its place; null: it serves, or never did"
    )
    questionnaire: Mapped[QuestionnaireVersion] = relationship(viewonly=True)
