"""When somebody is erased, what was counted of them goes too, and others with them.

Were only this person taken out, the next report would tell of them by its difference from the last one. So people who
stood alike at every stage that was told leave the counting with them, ten at the least, drawn by the installation's
secret. Where there are not as many, the whole block leaves it.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Applicant, GroupBlock
from webapp.services.demographics.blocks import LEFT_OUT, Rows, Seal
from webapp.services.demographics.lines import sides_of
from webapp.services.demographics.read_groups import FEWEST
from webapp.services.demographics.told import stages_of_unit, told_before


def forget_in_blocks(
    session: Session, organisation_id: uuid.UUID, applicant_ids: Collection[uuid.UUID], secret_key: str
) -> None:
    wanted = _vacancies_of(session, organisation_id, applicant_ids)
    told = told_before(session, organisation_id)
    for row in session.scalars(select(GroupBlock).where(GroupBlock.organisation_id == organisation_id)):
        if wanted.intersection(row.vacancies):
            seal = Seal(secret_key, organisation_id, row.attribute)
            stages = stages_of_unit(told.get(row.attribute, []), row.unit)
            _forget(row, seal, {seal.number(person) for person in applicant_ids}, stages)
    session.flush()


def _vacancies_of(session: Session, organisation_id: uuid.UUID, applicant_ids: Collection[uuid.UUID]) -> set[str]:
    query = select(Applicant.vacancy_id).where(
        Applicant.organisation_id == organisation_id, Applicant.id.in_(list(applicant_ids))
    )
    return {str(each) for each in session.scalars(query.distinct())}


def _forget(block: GroupBlock, seal: Seal, gone: set[bytes], stages: set[str]) -> None:
    rows = seal.rows(block.sealed)
    left, enough = without(rows, gone, stages)
    if len(left) != len(rows):
        block.people = sum(line != LEFT_OUT for line in left.values()) if enough else 0
        block.sealed = seal.close_rows(left)


def without(rows: Rows, gone: set[bytes], stages: Collection[str]) -> tuple[Rows, bool]:
    """The rows without these, some alike marked as left out; and whether there were enough of them."""
    alike: dict[object, list[bytes]] = defaultdict(list)
    leaving: dict[object, int] = defaultdict(int)
    for number, line in sorted(rows.items()):
        if line != LEFT_OUT and number not in gone:
            alike[sides_of(line, stages)].append(number)
        elif line != LEFT_OUT:
            leaving[sides_of(line, stages)] += 1
    out = {number for kind, count in leaving.items() for number in alike[kind][: max(0, FEWEST - count)]}
    enough = all(count + len(alike[kind]) >= FEWEST for kind, count in leaving.items())
    kept = {number: line for number, line in rows.items() if number not in gone}
    return kept | dict.fromkeys(out, LEFT_OUT), enough
