"""Who is counted in which block, now or as last time."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from webapp.records import GroupBlock, Vacancy
from webapp.services.demographics.blocks import Lines, Seal, blocks_of, keep_block, settle
from webapp.services.demographics.lines import line_of
from webapp.services.demographics.people import Person
from webapp.services.demographics.read_groups import FEWEST
from webapp.services.demographics.scope import Scope
from webapp.services.demographics.told import Told, stages_of_unit

Labels = Mapping[uuid.UUID, str]
Stages = Mapping[uuid.UUID, set[str]]
SMALL = "small:"


@dataclass
class Unit:
    """A block as it would be counted today."""

    name: str
    vacancies: list[uuid.UUID] = field(default_factory=list)
    people: list[uuid.UUID] = field(default_factory=list)
    lines: Lines = field(default_factory=dict)
    inside: bool = True


@dataclass(frozen=True)
class Counted:
    """What may be counted of one attribute: by block inside the scope, and of those outside that were told before."""

    attribute: str
    seal: Seal
    inside: dict[str, Lines]
    outside: dict[str, Lines]
    units: dict[str, Unit]

    @property
    def lines(self) -> Lines:
        return {person: line for lines in self.inside.values() for person, line in lines.items()}

    @property
    def vacancies(self) -> set[uuid.UUID]:
        return {each for name in self.inside for each in self.units[name].vacancies}

    def keep(self, session: Session) -> None:
        """Remember what this report told, so that the next one differs by nobody or by ten."""
        kept = blocks_of(session, self.seal.owner, self.attribute)
        for name, lines in self.inside.items():
            keep_block(session, kept.get(name), lines, self.seal, name, self.units[name].vacancies)


def count(
    session: Session, seal: Seal, labels: Labels, people: Sequence[Person], stages: Stages,
    vacancies: Iterable[Vacancy], scope: Scope, told: Iterable[Told],
) -> Counted:  # fmt: skip
    """Lay everybody who told this attribute into blocks, and settle what each block may be counted as."""
    before = list(told)
    kept = blocks_of(session, seal.owner, seal.attribute)
    units = _units(kept, labels, people, stages, vacancies, scope)
    inside: dict[str, Lines] = {}
    outside: dict[str, Lines] = {}
    for name, unit in units.items():
        block = kept.get(name)
        shown = stages_of_unit(before, name)
        if unit.inside and (lines := settle(block, unit.lines, unit.people, seal, shown)) is not None:
            inside[name] = lines
        elif block is not None:
            outside[name] = seal.counted(block.sealed, unit.people)
    return Counted(seal.attribute, seal, inside, outside, units)


def _units(
    kept: Mapping[str, GroupBlock], labels: Labels, people: Sequence[Person], stages: Stages,
    vacancies: Iterable[Vacancy], scope: Scope,
) -> dict[str, Unit]:  # fmt: skip
    together: dict[uuid.UUID, list[Person]] = defaultdict(list)
    for person in people:
        together[person.vacancy_id].append(person)
    pooled = {each: name for name, row in kept.items() if name.startswith(SMALL) for each in row.vacancies}
    units: dict[str, Unit] = {}
    for vacancy in vacancies:
        lines = _lines(together[vacancy.id], labels, stages, vacancy)
        name = _unit_of(vacancy, len(lines), kept, pooled)
        if name:
            unit = units.setdefault(name, Unit(name))
            unit.vacancies.append(vacancy.id)
            unit.people += [each.id for each in together[vacancy.id]]
            unit.lines |= lines
            unit.inside = unit.inside and scope.holds(vacancy)
    return units


def _lines(people: Iterable[Person], labels: Labels, stages: Stages, vacancy: Vacancy) -> Lines:
    decided = vacancy.state != "open"
    return {
        person.id: line_of(labels[person.id], stages[person.id], decided=decided)
        for person in people
        if person.id in labels and person.id in stages
    }


def _unit_of(vacancy: Vacancy, told: int, kept: Mapping[str, GroupBlock], pooled: Mapping[str, str]) -> str:
    """A block of its own, or one with other small closed vacancies; an open small one waits."""
    own = f"vacancy:{vacancy.id}"
    if own in kept:
        return own
    if str(vacancy.id) in pooled:
        return pooled[str(vacancy.id)]
    if told >= FEWEST:
        return own
    small = f"{SMALL}{vacancy.created_at.year}:{vacancy.model_version_id.hex[-12:]}"
    return small if vacancy.state != "open" and told else ""
