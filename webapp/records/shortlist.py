from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import BigInteger, Integer, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within


class ListState(Owned, Stamped, Base):
    """The ranked list of one vacancy by one model: how far it is filled, and into which stretches it is parted."""

    __tablename__ = "list_state"
    __table_args__ = (
        within("vacancy_id", "vacancy"),
        within("model_version_id", "model_version"),
        UniqueConstraint("organisation_id", "vacancy_id", "model_version_id"),
    )

    vacancy_id: Mapped[uuid.UUID]
    model_version_id: Mapped[uuid.UUID]
    seq: Mapped[int] = mapped_column(BigInteger, default=0, comment="The newest batch that came onto the list")
    as_of: Mapped[dt.datetime | None] = mapped_column(comment="When it came")
    renewed_seq: Mapped[int] = mapped_column(
        BigInteger, default=0, server_default="0", comment="Addresses of pages as of an earlier batch lead to the top"
    )
    mark: Mapped[int] = mapped_column(
        BigInteger,
        default=0,
        server_default="0",
        comment="Drawn by lot whenever one of the list's numbers changes; 0: not yet",
    )
    edges: Mapped[list[Any]] = mapped_column(default=list, comment="Falling scores that part the list into stretches")


class VacancyTally(Owned, Base):
    """How far a vacancy's people have come, counted at a moment: with a million of them it is not done at each look."""

    __tablename__ = "vacancy_tally"
    __table_args__ = (within("vacancy_id", "vacancy"), UniqueConstraint("organisation_id", "vacancy_id"))

    vacancy_id: Mapped[uuid.UUID]
    invited: Mapped[int] = mapped_column(Integer, default=0, comment="People in this state, and no later one")
    started: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[int] = mapped_column(Integer, default=0)
    withdrawn: Mapped[int] = mapped_column(Integer, default=0)
    counted_at: Mapped[dt.datetime | None] = mapped_column(comment="The moment at which the numbers are exact")
    asked_at: Mapped[dt.datetime | None] = mapped_column(comment="When the worker was asked to bring the lists up")


class ListCount(Owned, Base):
    """How many people stand on one stretch of a list, by stage, language and flags."""

    __tablename__ = "list_count"
    __table_args__ = (
        within("list_id", "list_state"),
        UniqueConstraint("organisation_id", "list_id", "stretch", "cell"),
    )

    list_id: Mapped[uuid.UUID]
    stretch: Mapped[int] = mapped_column(Integer, comment="Which stretch of scores, 0 the highest")
    cell: Mapped[int] = mapped_column(SmallInteger)
    number: Mapped[int] = mapped_column(Integer, comment="How many people are there")
