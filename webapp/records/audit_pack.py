from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import CheckConstraint, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within


class AuditPack(Owned, Stamped, Base):
    """A technical manual with its data files, as it was made on one day."""

    __tablename__ = "audit_pack"
    __table_args__ = (
        within("model_version_id", "model_version"),
        within("vacancy_id", "vacancy"),
        within("made_by", "user_account"),
        UniqueConstraint("organisation_id", "number"),
        UniqueConstraint("organisation_id", "job_id"),
        CheckConstraint("scope IN ('vacancy', 'year', 'all')", name="scope_known"),
    )

    number: Mapped[int] = mapped_column(comment="Counts within the organisation, for people")
    model_version_id: Mapped[uuid.UUID]
    language: Mapped[str] = mapped_column(String(2))
    scope: Mapped[str] = mapped_column(String(10))
    vacancy_id: Mapped[uuid.UUID | None]
    year: Mapped[int | None]
    job_id: Mapped[uuid.UUID]
    made_by: Mapped[uuid.UUID | None]
    pdf: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, comment="Tagged PDF")
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    files: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, comment="ZIP of tables as CSV and JSON")
    files_sha256: Mapped[str] = mapped_column(String(64))
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="Pages, tables, sizes, dates of the data")
