"""The staff, page by page: searched, filtered and sorted."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, literal, not_, or_, select, tuple_
from sqlalchemy.orm import Session

from webapp.records import StaffMember, Unit
from webapp.records.names import fold
from webapp.services.staff.presence import is_present

PAGE = 50
NO_UNIT = "none"
UNIT_NAME = func.coalesce(Unit.name, "")
SORTS: dict[str, tuple[Any, ...]] = {
    "name": (StaffMember.name_folded, StaffMember.id),
    "code": (StaffMember.code, StaffMember.id),
    "unit": (UNIT_NAME, StaffMember.name_folded, StaffMember.id),
}
WHO = ("here", "left", "all")


@dataclass(frozen=True)
class StaffQuery:
    """What HR asked for."""

    search: str = ""
    unit: str = ""
    family: str = ""
    who: str = "here"
    sort: str = "name"


@dataclass(frozen=True)
class StaffPage:
    """Fifty people, and the ways on."""

    people: tuple[tuple[StaffMember, str], ...]
    before: uuid.UUID | None
    after: uuid.UUID | None
    total: int


def staff_page(
    session: Session,
    organisation_id: uuid.UUID,
    query: StaffQuery,
    *,
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
    size: int = PAGE,
) -> StaffPage:
    """Read one page after, or before, somebody; the person may have been renamed meanwhile, but not forgotten."""
    backwards = before is not None
    border = _key_of(session, organisation_id, query.sort, before or after)
    rows = list(_rows(session, organisation_id, query, border, backwards, size + 1))
    more = len(rows) > size
    rows = rows[:size][::-1] if backwards else rows[:size]
    return StaffPage(
        people=tuple((row[0], row[1]) for row in rows),
        before=rows[0][0].id if rows and (more if backwards else border is not None) else None,
        after=rows[-1][0].id if rows and (backwards or more) else None,
        total=count_staff(session, organisation_id, query),
    )


def _rows(
    session: Session, organisation_id: uuid.UUID, query: StaffQuery, border: Any, backwards: bool, limit: int
) -> Sequence[Row[StaffMember, str]]:
    key = SORTS.get(query.sort, SORTS["name"])
    found = _found(organisation_id, query).with_only_columns(StaffMember, UNIT_NAME)
    if border is not None:
        place, values = tuple_(*key), tuple_(*(literal(value) for value in border))
        found = found.where(place < values if backwards else place > values)
    order = [column.desc() for column in key] if backwards else key
    return session.execute(found.order_by(*order).limit(limit)).all()


def _key_of(session: Session, organisation_id: uuid.UUID, sort: str, member_id: uuid.UUID | None) -> Any:
    if member_id is None:
        return None
    key = SORTS.get(sort, SORTS["name"])
    return session.execute(
        _with_units()
        .with_only_columns(*key)
        .where(StaffMember.organisation_id == organisation_id, StaffMember.id == member_id)
    ).first()


def _with_units() -> Select[Any]:
    joined = (Unit.organisation_id == StaffMember.organisation_id) & (Unit.id == StaffMember.unit_id)
    return select(StaffMember).outerjoin(Unit, joined)


def _found(organisation_id: uuid.UUID, query: StaffQuery) -> Select[Any]:
    return _with_units().where(StaffMember.organisation_id == organisation_id, *_conditions(query))


def _conditions(query: StaffQuery) -> list[ColumnElement[bool]]:
    found = []
    if query.search:
        found.append(matches(query.search))
    if query.unit == NO_UNIT:
        found.append(StaffMember.unit_id.is_(None))
    elif query.unit:
        found.append(StaffMember.unit_id == uuid.UUID(query.unit))
    if query.family:
        found.append(StaffMember.job_family == query.family)
    if query.who != "all":
        found.append(is_present() if query.who == "here" else not_(is_present()))
    return found


def matches(search: str) -> ColumnElement[bool]:
    """The beginning of the name, of any word in it, or of the code."""
    folded = fold(search.strip())
    return or_(
        StaffMember.name_folded.startswith(folded, autoescape=True),
        StaffMember.name_folded.contains(" " + folded, autoescape=True),
        StaffMember.code.istartswith(search.strip(), autoescape=True),
    )


def count_staff(session: Session, organisation_id: uuid.UUID, query: StaffQuery) -> int:
    found = _found(organisation_id, query).with_only_columns(func.count())
    return session.scalar(found) or 0


def job_families(session: Session, organisation_id: uuid.UUID) -> list[str]:
    """The families of jobs that there are."""
    rows = session.scalars(
        select(StaffMember.job_family)
        .where(StaffMember.organisation_id == organisation_id, StaffMember.job_family != "")
        .distinct()
        .order_by(StaffMember.job_family)
    )
    return list(rows)
