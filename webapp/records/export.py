from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within


class ListExport(Owned, Stamped, Base):
    """A list as a file that was made in the background, kept for a short time."""

    __tablename__ = "list_export"
    __table_args__ = (
        within("job_id", "job"),
        within("vacancy_id", "vacancy"),
        UniqueConstraint("organisation_id", "job_id"),
        Index("ix_list_export_vacancy", "organisation_id", "vacancy_id"),
        Index("ix_list_export_expires", "expires_at"),
        CheckConstraint("kind IN ('csv', 'xlsx', 'pdf')", name="kind_known"),
    )

    job_id: Mapped[uuid.UUID]
    vacancy_id: Mapped[uuid.UUID]
    kind: Mapped[str] = mapped_column(String(10))
    file_name: Mapped[str] = mapped_column(String(120), comment="Letters, figures and hyphens; nobody's name")
    names_hidden: Mapped[bool] = mapped_column(comment="No names are in it")
    with_scores: Mapped[bool] = mapped_column(comment="Results are in it")
    people: Mapped[int] = mapped_column(default=0, comment="Rows in the file")
    size: Mapped[int] = mapped_column(BigInteger, default=0, comment="Bytes")
    ready_at: Mapped[dt.datetime | None] = mapped_column(comment="Null: parts are still being written")
    expires_at: Mapped[dt.datetime] = mapped_column(comment="Then it is deleted")


class ListExportPart(Owned, Base):
    """Some bytes of such a file; in order of their numbers they are the file."""

    __tablename__ = "list_export_part"
    __table_args__ = (
        within("export_id", "list_export", ondelete="CASCADE"),
        UniqueConstraint("organisation_id", "export_id", "number"),
    )

    export_id: Mapped[uuid.UUID]
    number: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
