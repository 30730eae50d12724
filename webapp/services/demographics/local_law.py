"""The tables of New York City's Local Law 144 over what may be told: scores and hires, sex, race and both together.

They are computed wherever sex is asked, since their arithmetic is plain; that the law applies is said only where the
company has stated that jurisdiction.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from scoring.groups.local_law_144 import Audit, audit_scores, audit_selection
from webapp.services.demographics.catalogue import RACE, SEX
from webapp.services.demographics.group_report import BOTH, Figures, Material, rest
from webapp.services.demographics.lines import HIRED, JOIN, category_of, place_of, selected
from webapp.services.demographics.people import Person
from webapp.services.demographics.read_groups import FEWEST
from webapp.services.plain_sentences import packed_all

Labels = Mapping[uuid.UUID, str]
TABLES = {SEX: 0, RACE: 1, BOTH: 2}
"""Which of the audit's three tables tells of which attribute."""


def local_law_tables(material: Material) -> Figures:
    """Scoring rates and selection rates, each with its tables, or why there are none."""
    if SEX not in material.counted:
        return {"absent": "not_asked"}
    return {
        "applies": material.local_law,
        "race_asked": RACE in material.counted,
        "scoring_rate": _scores(material),
        "selection_rate": _hires(material),
    }


def _scores(material: Material) -> Figures:
    """Of everybody who is counted and has a score, those of unknown category included."""
    if len(material.models) != 1:
        return {"absent": "several_models"}
    people = [each for each in material.applicants if each.counted and each.score is not None]
    values = [each.score for each in people if each.score is not None]
    tables = {}
    for attribute in _asked(material):
        labels = material.labels(attribute)
        if too_few(values, [labels.get(each.id) for each in people]):
            tables[attribute] = {"absent": "few"}
        else:
            audit = audit_scores(values, *_pair(people, labels, attribute))
            tables[attribute] = _table(material, audit, attribute, labels)
            whole = {"n": audit.n, "median": audit.median, "ties": audit.ties, "notes": packed_all(list(audit.notes))}
            tables |= {"whole": whole}
    return tables


def too_few(values: Sequence[float], labels: Sequence[str | None]) -> bool:
    """Whether fewer than ten of those who may be told of stand on a side of the median, or there is one group only."""
    middle = median(values) if values else 0.0
    above = [value > middle for value, label in zip(values, labels, strict=True) if label]
    one = len({label for label in labels if label}) < 2
    return one or min(sum(above), len(above) - sum(above)) < FEWEST


def _hires(material: Material) -> Figures:
    """Of those whose vacancies are closed."""
    closed = {each.id for each in material.vacancies if each.state != "open"}
    people = [each for each in material.applicants if each.counted and each.vacancy_id in closed]
    tables: Figures = {}
    for attribute in _asked(material):
        told = material.releases[attribute].decided
        lines = material.counted[attribute].lines
        labels = {
            person: category_of(line)
            for person, line in lines.items()
            if selected(line, HIRED) is not None and category_of(line) in told.categories
        }
        if HIRED not in told.stages or len(told.categories) < 2:
            tables[attribute] = {"absent": "few" if told.units else "undecided"}
            continue
        chosen = [_passed(lines, each) for each in people]
        audit = audit_selection(chosen, *_pair(people, labels, attribute))
        tables[attribute] = _table(material, audit, attribute, labels)
        tables |= {"whole": {"n": audit.n, "median": None, "ties": 0, "notes": []}}
    return tables


def _passed(lines: Mapping[uuid.UUID, int], person: Person) -> bool:
    """As it was counted, for those of whom anything is told."""
    line = lines.get(person.id)
    passed = selected(line, HIRED) if line is not None else None
    return person.hired if passed is None else passed


def _asked(material: Material) -> list[str]:
    return [each for each in TABLES if each in material.counted]


def _pair(people: Sequence[Person], labels: Labels, attribute: str) -> tuple[list[str | None], list[str | None]]:
    """Sex and race as the audit wants them; for one alone the other is the same, and its tables are not read."""
    named = [labels.get(each.id) for each in people]
    if attribute != BOTH:
        return named, named
    halves = [each.split(JOIN) if each else [None, None] for each in named]
    return [half[0] for half in halves], [half[1] for half in halves]


def _table(material: Material, audit: Audit, attribute: str, labels: Labels) -> Figures:
    """One table without the rows of which nothing may be told."""
    plain: dict[str, Any] = packed_all(audit.to_plain())["tables"][TABLES[attribute]]
    shown = set(labels.values())
    rows = sorted((row for row in plain["rows"] if row["name"] in shown), key=lambda row: place_of(row["name"]))
    hidden = len(material.counted[attribute].lines) > len(material.labels(attribute))
    known = sum(row["n"] for row in rows)
    return {
        "rows": rows,
        "unknown": rest(audit.n - known, hidden=hidden),
        "some_hidden": hidden,
        "tie_sensitivity": plain["tie_sensitivity"],
        "left_out": [row["name"] for row in rows if row["left_out"]],
    }
