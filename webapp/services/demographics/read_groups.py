"""The one place where what people told is joined with who they are: in memory, for sums over groups.

Whatever is made of it must be about groups. No page, file, list or event may hold a category beside a person, or a
figure about fewer than `FEWEST` people.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import DemographicAnswer
from webapp.services.demographics.catalogue import ATTRIBUTES
from webapp.services.demographics.keys import answer_id

FEWEST = 10
"""The fewest people of a category, and on either side of a decision, about whom any figure is told."""

CHUNK = 500
Groups = dict[str, dict[uuid.UUID, str]]


def groups_of(
    session: Session, organisation_id: uuid.UUID, applicant_ids: Collection[uuid.UUID], secret_key: str
) -> Groups:
    """By attribute: the category of each of these applicants who told it. For sums over groups alone."""
    numbers = {
        attribute: {answer_id(secret_key, organisation_id, attribute, each): each for each in applicant_ids}
        for attribute in ATTRIBUTES
    }
    found: Groups = {}
    for attribute, category, number in _rows(session, organisation_id, numbers):
        if (person := numbers[attribute].get(number)) is not None:
            found.setdefault(attribute, {})[person] = category
    return found


def _rows(
    session: Session, organisation_id: uuid.UUID, numbers: dict[str, dict[uuid.UUID, uuid.UUID]]
) -> list[tuple[str, str, uuid.UUID]]:
    """Few are asked for by number; for many, all rows are read, which costs less."""
    table = DemographicAnswer
    query = select(table.attribute, table.category, table.id).where(
        table.organisation_id == organisation_id, table.attribute.in_(ATTRIBUTES)
    )
    wanted = [number for each in numbers.values() for number in each]
    if len(wanted) > CHUNK:
        return [(attribute, category, number) for attribute, category, number in session.execute(query)]
    rows = session.execute(query.where(table.id.in_(wanted)))
    return [(attribute, category, number) for attribute, category, number in rows]


def large_enough(counts: Sequence[int]) -> bool:
    """Whether every one of these is about enough people to be told."""
    return all(count >= FEWEST for count in counts)
