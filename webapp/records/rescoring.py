from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within


class RescoringChunk(Owned, Stamped, Base):
    """Some of the people whom one run scores again: whoever is free takes one, and it is written once."""

    __tablename__ = "rescoring_chunk"
    __table_args__ = (
        within("job_id", "job"),
        UniqueConstraint("organisation_id", "job_id", "number"),
        Index("ix_rescoring_chunk_open", "organisation_id", "job_id", "done_at", "number"),
    )

    job_id: Mapped[uuid.UUID]
    number: Mapped[int] = mapped_column(comment="Counts within the run")
    first_id: Mapped[uuid.UUID] = mapped_column(comment="The first applicant's id; nobody need be there any more")
    end_id: Mapped[uuid.UUID] = mapped_column(comment="Up to this one, which is the next chunk's first")
    taken_by: Mapped[str | None] = mapped_column(String(40), comment="The lane that works on it")
    taken_at: Mapped[dt.datetime | None] = mapped_column(comment="Another lane may take it some time after this")
    done_at: Mapped[dt.datetime | None] = mapped_column(comment="Written in the transaction that writes the scores")
    scored: Mapped[int] = mapped_column(default=0, comment="How many scores were written")
