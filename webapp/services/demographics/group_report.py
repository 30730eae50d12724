"""A report about applicants' groups: what may be told of a scope, computed and made ready to be kept."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scoring.groups.impact import impact
from webapp.records import ModelVersion, Organisation, Vacancy
from webapp.services.demographics.blocks import Seal
from webapp.services.demographics.catalogue import RACE, SEX
from webapp.services.demographics.counting import Counted, Labels, count
from webapp.services.demographics.lines import HIRED, JOIN, SHARES, category_of, place_of, selected
from webapp.services.demographics.people import Person, read_people, stages_of
from webapp.services.demographics.policy import demographic_policy
from webapp.services.demographics.read_groups import FEWEST, groups_of
from webapp.services.demographics.release import Release, release
from webapp.services.demographics.scope import Scope, vacancies_of
from webapp.services.demographics.told import told_before
from webapp.services.plain_sentences import packed_all

BOTH = "sex_and_race"
Figures = dict[str, Any]


@dataclass(frozen=True)
class Material:
    """Everything that a report needs, read at one moment."""

    scope: Scope
    vacancies: Sequence[Vacancy]
    people: Sequence[Person]
    counted: Mapping[str, Counted]
    releases: Mapping[str, Release]
    numbers: Mapping[uuid.UUID, int]
    stages: Mapping[uuid.UUID, set[str]]
    simulated: bool
    local_law: bool
    inside: frozenset[uuid.UUID] = field(default_factory=frozenset)

    @property
    def applicants(self) -> list[Person]:
        return [each for each in self.people if each.vacancy_id in self.inside]

    @property
    def models(self) -> dict[uuid.UUID, int]:
        """By id: the numbers of the models that score these vacancies."""
        found = {each.model_version_id for each in self.vacancies if each.id in self.inside}
        return {each: self.numbers[each] for each in found}

    def labels(self, attribute: str) -> dict[uuid.UUID, str]:
        """The category of everybody who may be counted, categories that may not be told left out."""
        counted = self.counted.get(attribute)
        if counted is None:
            return {}
        told = self.releases[attribute].everybody.categories
        named = {person: category_of(line) for person, line in counted.lines.items()}
        return {person: category for person, category in named.items() if category in told}


def gather(session: Session, organisation_id: uuid.UUID, scope: Scope, secret_key: str) -> Material:
    """Read everybody, lay them into blocks, and judge what may be told beside what was told before."""
    organisation = session.get_one(Organisation, organisation_id)
    policy = demographic_policy(organisation)
    vacancies = vacancies_of(session, organisation_id)
    people = read_people(session, organisation_id)
    stages = stages_of(people)
    told = groups_of(session, organisation_id, stages.keys(), secret_key)
    labels = with_both({name: _known(told.get(name, {}), names) for name, names in policy.asked.items()})
    earlier = told_before(session, organisation_id)
    counted = {
        name: count(
            session,
            Seal(secret_key, organisation_id, name),
            each,
            people,
            stages,
            vacancies,
            scope,
            earlier.get(name, []),
        )
        for name, each in labels.items()
    }
    return Material(
        scope=scope,
        vacancies=vacancies,
        people=people,
        counted=counted,
        releases={name: release(each, earlier.get(name, [])) for name, each in counted.items()},
        numbers=dict(_numbers(session, organisation_id)),
        stages=stages,
        simulated=organisation.simulated,
        local_law=policy.local_law,
        inside=frozenset(each.id for each in vacancies if scope.holds(each)),
    )


def _known(labels: Labels, names: Collection[str]) -> Labels:
    """What is no category of this place any more counts as not told."""
    return {person: category for person, category in labels.items() if category in names}


def with_both(labels: dict[str, Labels]) -> dict[str, Labels]:
    """Sex and race together, where both are asked, as an attribute of its own."""
    if not {SEX, RACE} <= labels.keys():
        return labels
    sex, race = labels[SEX], labels[RACE]
    return labels | {BOTH: {each: f"{sex[each]}{JOIN}{race[each]}" for each in sex if each in race}}


def _numbers(session: Session, organisation_id: uuid.UUID) -> list[tuple[uuid.UUID, int]]:
    rows = session.execute(
        select(ModelVersion.id, ModelVersion.number).where(ModelVersion.organisation_id == organisation_id)
    )
    return [(version, number) for version, number in rows]


def figures_of(material: Material) -> Figures:
    """The counts and ratios of a report; what rests on single answers is added by whoever reads those."""
    applicants = material.applicants
    counted = [each for each in applicants if each.counted]
    return {
        "fewest": FEWEST,
        "simulated": material.simulated,
        "vacancies": len(material.inside),
        "models": sorted(material.models.values()),
        "invited": len(applicants),
        "submitted": sum(each.submitted for each in applicants),
        "left": sum(each.left for each in applicants),
        "counted": len(counted),
        "scored": sum(each.score is not None for each in counted),
        "hired": sum(each.hired for each in counted),
        "attributes": {name: of_attribute(material, name) for name in material.counted},
        "language": of_language(material, applicants),
        "released": {
            name: [each.everybody.to_plain(), each.decided.to_plain()] for name, each in material.releases.items()
        },
    }


def of_attribute(material: Material, attribute: str) -> Figures:
    labels = material.labels(attribute)
    lines, both = material.counted[attribute].lines, material.releases[attribute]
    people = sum(each.counted for each in material.applicants)
    stages = {stage: _stage(lines, both, stage) for stage in (HIRED, *SHARES)}
    hidden = len(lines) > len(labels)
    return {
        "categories": sizes(labels.values()),
        "not_told": rest(people - len(labels), hidden=hidden),
        "some_hidden": hidden,
        "stages": stages,
    }


def sizes(labels: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {"category": name, "n": n}
        for name, n in sorted(Counter(labels).items(), key=lambda each: (place_of(each[0]), each))
    ]


def rest(people: int, *, hidden: bool) -> int | None:
    """Who told nothing, or is of a category of too few; None where the number would say how many these are."""
    return None if hidden and people < FEWEST else people


def _stage(lines: Mapping[uuid.UUID, int], both: Release, stage: str) -> Figures:
    """Impact ratios at one stage, or why there are none."""
    told = both.decided if stage == HIRED else both.everybody
    if stage == HIRED and not told.units:
        return {"absent": "undecided"}
    if len(told.categories) < 2:
        return {"absent": "one_group"}
    if stage not in told.stages:
        return {"absent": "few"}
    rows = [
        (category_of(line), passed)
        for line in lines.values()
        if (passed := selected(line, stage)) is not None and category_of(line) in told.categories
    ]
    found = impact([passed for _, passed in rows], [category for category, _ in rows])
    return {"impact": in_order(packed_all(found.to_plain()))}


def in_order(found: Figures) -> Figures:
    """Groups in the catalogue's order instead of the alphabet's."""
    rows = sorted(found["against_highest"], key=lambda row: (place_of(row["group"]), row["group"]))
    return found | {"against_highest": rows}


def of_language(material: Material, applicants: Sequence[Person]) -> Figures:
    """The language of answering is no secret: the company sees it beside each applicant."""
    known = [each for each in applicants if each.language]
    done = [each for each in known if each.counted]
    closed = {each.id for each in material.vacancies if each.state != "open"}
    decided = [each for each in done if each.vacancy_id in closed]
    stages = {"submitted": _rates(known, [each.submitted for each in known])}
    stages[HIRED] = _rates(decided, [each.hired for each in decided])
    for stage in SHARES:
        stages[stage] = _rates(done, [stage in material.stages[each.id] for each in done])
    return {"categories": sizes(each.language for each in done), "stages": stages}


def _rates(people: Sequence[Person], passed: Sequence[bool]) -> Figures:
    spoken = [each.language for each in people]
    if not people:
        return {"absent": "undecided"}
    if len(set(spoken)) < 2:
        return {"absent": "one_group"}
    return {"impact": packed_all(impact(passed, spoken).to_plain())}
