"""The readiness of one questionnaire: totals, units, job families, what is missing, the newest run's forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from scoring.stack import SMALLEST_FAMILY
from webapp.records import ModelVersion, QuestionnaireVersion
from webapp.services.import_staff import unit_names
from webapp.services.readiness.by_group import Counter, GroupRow, rows_by
from webapp.services.training_readiness import Facts, Readiness, counted, facts_now, newest_run, operational_form


@dataclass(frozen=True)
class Missing:
    """What stands between these staff and a better model; counts that are in confidence are told as elsewhere."""

    unanswered: int
    units_without_ratings: list[str]
    no_unit: int
    no_family: int
    small_families: list[str]


@dataclass(frozen=True)
class Report:
    """Everything the readiness page shows of one questionnaire."""

    questionnaire: QuestionnaireVersion
    form: str
    totals: Readiness
    units: list[GroupRow]
    families: list[GroupRow]
    missing: Missing
    run: ModelVersion | None
    by_lot: bool
    """Whether numbers of groups are moved to a neighbouring five."""


def readiness_report(session: Session, questionnaire: QuestionnaireVersion, secret: str) -> Report:
    owner = questionnaire.organisation_id
    form = operational_form(session, owner, questionnaire.id)
    facts, answered = facts_now(session, owner, questionnaire.id, form)
    counter, named = Counter(answered, facts.rated, secret), unit_names(session, owner)
    totals = counted(facts, answered)
    units = rows_by({who: named.get(unit, "") if unit else "" for who, unit in facts.staff.units.items()}, counter)
    families = rows_by(facts.staff.families, counter)
    return Report(
        questionnaire,
        form,
        totals,
        units,
        families,
        missing_of(facts, totals, units, families),
        newest_run(session, owner, questionnaire.id, form),
        counter.in_confidence,
    )


def missing_of(facts: Facts, totals: Readiness, units: Sequence[GroupRow], families: Sequence[GroupRow]) -> Missing:
    return Missing(
        unanswered=totals.staff - totals.answered,
        units_without_ratings=[row.name for row in units if row.name and not row.rated],
        no_unit=sum(unit is None for unit in facts.staff.units.values()),
        no_family=sum(not family for family in facts.staff.families.values()),
        small_families=[row.name for row in families if row.name and row.both < SMALLEST_FAMILY],
    )


ORDERS = ("name", "answered", "rated")


def in_order(rows: Sequence[GroupRow], order: str) -> list[GroupRow]:
    """By name as they are; else the groups with the smallest share first, where most is to be gained."""
    if order not in ORDERS[1:]:
        return list(rows)
    return sorted(rows, key=lambda row: (getattr(row, order) / max(row.staff, 1), -row.staff))


SHOWN = 100


def some(rows: Sequence[GroupRow], page: int) -> tuple[list[GroupRow], int]:
    """A hundred rows, and how many pages there are."""
    pages = max(1, -(-len(rows) // SHOWN))
    first = (min(max(page, 1), pages) - 1) * SHOWN
    return list(rows[first : first + SHOWN]), pages
