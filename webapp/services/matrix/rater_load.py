"""How much a round would ask of each rater, and whom it could say nothing about; shown before anything is sent."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scoring.service_matrix import LEAST_RATERS, loads, raters_each
from webapp.errors import Invalid
from webapp.records import StaffMember, Unit
from webapp.services.matrix.read_matrix import Cap, cap_of, plain_id, read_cap
from webapp.services.matrix.snapshot import take_snapshot
from webapp.services.matrix.thinning import thinned
from webapp.services.set_policy import set_policy
from webapp.services.staff.presence import is_present

SECONDS_A_RATING = 8
SECONDS_A_COLLEAGUE = 5
STEPS = ((1, 5), (6, 10), (11, 15), (16, 20), (21, 30), (31, 50), (51, None))
SHOWN = 30
LARGEST_CAP = 500


@dataclass(frozen=True)
class Person:
    """Somebody on the page: how they are told apart, and a number about them."""

    id: uuid.UUID
    name: str
    code: str
    unit: str
    number: int


@dataclass(frozen=True)
class Load:
    """What a round on this matrix would be."""

    pairs: int
    kept: int
    raters: int
    performers: int
    staff: int
    steps: list[tuple[int, int | None, int]]
    heaviest: list[Person]
    too_few: list[Person]
    too_few_count: int
    spoiled_by_cap: int
    unrated: int
    median: int
    most: int
    small_units: list[tuple[str, int]]

    @property
    def removed(self) -> int:
        return self.pairs - self.kept


def rater_load(session: Session, organisation_id: uuid.UUID, cap: Cap) -> Load:
    """Read all pairs of people who are here, thin them as the cap says, and count."""
    found = take_snapshot(session, organisation_id).pairs
    kept = found if cap.most is None else thinned(found, cap.most, cap.seed)
    rating, rated = loads(kept), raters_each(kept)
    could = rated if kept is found else raters_each(found)
    few = {person: number for person, number in rated.items() if number < LEAST_RATERS}
    gone = could.keys() - rated.keys()
    staff = session.scalar(select(func.count()).where(StaffMember.organisation_id == organisation_id, is_present()))
    return Load(
        pairs=len(found),
        kept=len(kept),
        raters=len(rating),
        performers=len(rated),
        staff=staff or 0,
        steps=in_steps(rating.values()),
        heaviest=people(session, organisation_id, dict(Counter(rating).most_common(10))),
        too_few=people(session, organisation_id, dict(sorted(few.items(), key=lambda pair: pair[1])[:SHOWN])),
        too_few_count=len(few) + len(gone),
        spoiled_by_cap=spoiled(could, rated),
        unrated=(staff or 0) - len(rated) - len(gone),
        median=middle(rating.values()),
        most=max(rating.values(), default=0),
        small_units=small_units(session, organisation_id),
    )


def spoiled(before: Mapping[Any, int], after: Mapping[Any, int]) -> int:
    """How many had three raters and have fewer under the cap."""
    return sum(number >= LEAST_RATERS > after.get(person, 0) for person, number in before.items())


def in_steps(numbers: Iterable[int]) -> list[tuple[int, int | None, int]]:
    """How many raters rate 1 to 5 colleagues, 6 to 10, and so on; steps beyond the last one are left out."""
    counts = Counter(numbers)
    steps = [
        (low, high, sum(people for number, people in counts.items() if low <= number <= (high or number)))
        for low, high in STEPS
    ]
    while steps and not steps[-1][2]:
        steps.pop()
    return steps


def middle(numbers: Iterable[int]) -> int:
    ordered = sorted(numbers)
    return ordered[len(ordered) // 2] if ordered else 0


def minutes(colleagues: int, competences: int) -> int:
    """About how long it takes to rate so many colleagues on so many competences, rounded up to a whole minute."""
    seconds = colleagues * (SECONDS_A_COLLEAGUE + SECONDS_A_RATING * competences)
    return -(-seconds // 60)


def people(session: Session, organisation_id: uuid.UUID, numbers: Mapping[Any, int]) -> list[Person]:
    """These people by name, the largest number first, as the mapping has them."""
    plain = plain_id(StaffMember.id)
    rows = session.execute(
        select(plain, StaffMember, func.coalesce(Unit.name, ""))
        .outerjoin(Unit, (Unit.organisation_id == StaffMember.organisation_id) & (Unit.id == StaffMember.unit_id))
        .where(StaffMember.organisation_id == organisation_id, plain.in_(list(numbers)))
    )
    known = {key: Person(row.id, row.name, row.code, unit, numbers[key]) for key, row, unit in rows}
    return [known[key] for key in numbers if key in known]


def small_units(session: Session, organisation_id: uuid.UUID) -> list[tuple[str, int]]:
    """Units of one or two people: about these no figure can be released."""
    rows = session.execute(
        select(Unit.name, func.count())
        .join(StaffMember, (StaffMember.organisation_id == Unit.organisation_id) & (StaffMember.unit_id == Unit.id))
        .where(Unit.organisation_id == organisation_id, is_present())
        .group_by(Unit.id, Unit.name)
        .having(func.count() < LEAST_RATERS)
        .order_by(Unit.name)
    )
    return [(name, count) for name, count in rows]


def keep_cap(session: Session, organisation_id: uuid.UUID, most: int | None, user_id: uuid.UUID | None) -> None:
    """Keep how many colleagues one rater is asked about at most."""
    if most is not None and not 1 <= most <= LARGEST_CAP:
        raise Invalid([_("Give a whole number from 1 to %(most)s, or leave it empty.", most=LARGEST_CAP)])
    wanted = replace(read_cap(session, organisation_id), most=most)
    kept = {"matrix": {"cap": wanted.most, "seed": wanted.seed}}
    set_policy(session, organisation_id, "matrix.cap_kept", cap_of, wanted, kept, user_id=user_id)
