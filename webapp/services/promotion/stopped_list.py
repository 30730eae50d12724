"""A vacancy's people while scores are stopped: in the order of their names or of the days on which they came."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Vacancy
from webapp.services.blind.face import is_blind, plain_code
from webapp.services.shortlist.people import PeoplePage, people_page
from webapp.services.shortlist.read_page import PAGE
from webapp.services.shortlist.search import begins

ORDERS = ("date", "name")


def unordered_page(
    session: Session,
    vacancy: Vacancy,
    *,
    order: str = "date",
    search: str = "",
    after: str = "",
    size: int = PAGE,
) -> PeoplePage:
    """One page of those who are done; nothing of it depends on a score. Hidden names put nobody in order."""
    if order == "date" or is_blind(vacancy):
        return people_page(session, vacancy, ["done"], search=search, after=after, size=size)
    query = select(Applicant).where(
        Applicant.organisation_id == vacancy.organisation_id,
        Applicant.vacancy_id == vacancy.id,
        Applicant.state == "done",
    )
    last = session.scalar(query.where(Applicant.code == plain_code(after))) if after else None
    if search:
        query = query.where(begins(session, vacancy, search))
    if last is not None:
        same = and_(Applicant.name_folded == last.name_folded, Applicant.id > last.id)
        query = query.where(or_(Applicant.name_folded > last.name_folded, same))
    people = session.scalars(query.order_by(Applicant.name_folded, Applicant.id).limit(size + 1)).all()
    return PeoplePage(tuple(people[:size]), people[size - 1].code if len(people) > size else None)
