"""A vacancy's people while scores are stopped: in the order of their names or of the days on which they came."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterator

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Vacancy
from webapp.services.read_shortlist import PAGE, PeoplePage, matches, people_page
from webapp.services.spreadsheet_safety import safe_cell

ORDERS = ("date", "name")
COLUMNS = ("name", "email")
BYTE_ORDER_MARK = "\ufeff"


def unordered_page(
    session: Session,
    vacancy: Vacancy,
    *,
    order: str = "date",
    search: str = "",
    after: uuid.UUID | None = None,
    size: int = PAGE,
) -> PeoplePage:
    """One page of those who are done; nothing of it depends on a score."""
    if order == "date":
        return people_page(session, vacancy, ["done"], search=search, after=after, size=size)
    query = select(Applicant).where(
        Applicant.organisation_id == vacancy.organisation_id,
        Applicant.vacancy_id == vacancy.id,
        Applicant.state == "done",
    )
    last = session.get(Applicant, (vacancy.organisation_id, after)) if after else None
    if search:
        query = query.where(matches(search))
    if last is not None:
        same = and_(Applicant.name_folded == last.name_folded, Applicant.id > last.id)
        query = query.where(or_(Applicant.name_folded > last.name_folded, same))
    people = session.scalars(query.order_by(Applicant.name_folded, Applicant.id).limit(size + 1)).all()
    return PeoplePage(tuple(people[:size]), people[size - 1].id if len(people) > size else None)


def unordered_lines(session: Session, vacancy: Vacancy, chunk: int = 500) -> Iterator[str]:
    """Lines of CSV without any column that comes of a score. Closes the session."""
    try:
        yield BYTE_ORDER_MARK + _line(COLUMNS)
        after = None
        while True:
            page = people_page(session, vacancy, ["done"], after=after, size=chunk)
            for person in page.people:
                yield _line((safe_cell(person.name), safe_cell(person.email)))
            after = page.after
            if after is None:
                return
            session.expunge_all()
    finally:
        session.close()


def _line(cells: tuple[str, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()
