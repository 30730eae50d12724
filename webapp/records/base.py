"""What every table shares: names of constraints, ids, times, the organisation boundary."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Protocol

import uuid_utils.compat
from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    TypeDecorator,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from webapp.clock import SteadyClock

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> uuid.UUID:
    """A version-7 UUID: unguessable enough to be no oracle, ordered by time for the index."""
    return uuid_utils.compat.uuid7()


def random_id() -> uuid.UUID:
    """An id that tells no time, where rows stand in the order of their ids and time is nobody's business."""
    return uuid.uuid4()


class Clock(Protocol):
    """Anything that tells the time."""

    def now(self) -> dt.datetime: ...


clock: Clock = SteadyClock()


def now() -> dt.datetime:
    """The server's clock, the only one that counts. Tests put another in place of `clock`."""
    return clock.now()


class UtcDateTime(TypeDecorator[dt.datetime]):
    """Aware times in and out; SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    """The one registry of tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dt.datetime: UtcDateTime, uuid.UUID: Uuid, dict[str, Any]: Json, list[Any]: Json}


class Owned:
    """A row of one organisation: `organisation_id` leads the key, so nothing is found without it."""

    @declared_attr
    @classmethod
    def organisation_id(cls) -> Mapped[uuid.UUID]:
        return mapped_column(
            ForeignKey("organisation.id"),
            primary_key=True,
            comment="Whose row this is; every query is bounded by it",
            sort_order=-20,
        )

    @declared_attr
    @classmethod
    def id(cls) -> Mapped[uuid.UUID]:
        return mapped_column(primary_key=True, default=new_id, comment="Version-7 UUID", sort_order=-19)


class Stamped:
    """When the row was made."""

    @declared_attr
    @classmethod
    def created_at(cls) -> Mapped[dt.datetime]:
        return mapped_column(default=now, comment="When the row was made (UTC)", sort_order=90)


def within(column: str, table: str, **options: Any) -> ForeignKeyConstraint:
    """A reference that cannot leave the organisation."""
    return ForeignKeyConstraint(["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"], **options)
