"""Import ratings of staff by colleagues. HR brought them, so they are marked as known to HR."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from questionnaires.tables import Table, TableError
from questionnaires.words import say
from scoring.ratings import Rating as RatingValue
from scoring.ratings import parse_rating_table
from webapp.records import ImportBatch, Rating
from webapp.records.base import new_id, now
from webapp.services.import_plans import Plan
from webapp.services.import_staff import staff_by_code
from webapp.services.training_data import newest_ratings

COLUMNS = ("ratee", "rater", "rating", "competence", "date")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
Key = tuple[uuid.UUID, str | None, str | None, str | None]


def plan_ratings(session: Session, organisation_id: uuid.UUID, table: Table, scale: tuple[float, float]) -> Plan:
    """Compare the file with the ratings there are; what it repeats with another number replaces the old."""
    plan = Plan()
    try:
        ratings = parse_rating_table(table, scale=scale)
    except TableError as error:
        plan.faults = list(error.faults)
        ratings = []
    staff = {code: member.id for code, member in staff_by_code(session, organisation_id).items()}
    check_people(plan, table, staff)
    check_lengths(plan, table)
    if plan.faults:
        plan.faults.sort(key=lambda fault: fault.row or 0)
        return plan
    compare(plan, session, organisation_id, group(ratings, staff))
    plan.notes |= {
        "people": len({rating.ratee for rating in ratings}),
        "raters": len({rating.rater for rating in ratings if rating.rater}),
        "competences": sorted({rating.competence for rating in ratings if rating.competence}),
    }
    return plan


def compare(plan: Plan, session: Session, organisation_id: uuid.UUID, given: dict[Key, list[RatingValue]]) -> None:
    """Count a rating as unchanged where the same rater gave the same person the same number before."""
    before: dict[Key, list[float]] = defaultdict(list)
    for row in newest_ratings(session, organisation_id):
        before[row.key].append(row.value)
    for key, ratings in given.items():
        values = sorted(rating.rating for rating in ratings)
        for rating in ratings:
            if plan.count(before.get(key), sorted(before.get(key, [])) == values):
                plan.writes.append((key, rating.rating))


def group(ratings: Iterable[RatingValue], staff: dict[str, uuid.UUID]) -> dict[Key, list[RatingValue]]:
    grouped: dict[Key, list[RatingValue]] = defaultdict(list)
    for rating in ratings:
        grouped[staff[rating.ratee], rating.rater, rating.competence, rating.date].append(rating)
    return grouped


def check_people(plan: Plan, table: Table, staff: dict[str, Any]) -> None:
    """Every ratee must be known; a rater may be anybody."""
    for row in table.rows:
        ratee = row.values.get("ratee", "")
        if ratee and ratee not in staff:
            plan.fault(
                row.number,
                "ratee",
                say("Nobody on your staff has the code “%(code)s”.", code=ratee),
                say("Correct the code, or import this person under Staff first."),
            )


def check_lengths(plan: Plan, table: Table) -> None:
    for row in table.rows:
        for name in ("rater", "competence"):
            if len(row.values.get(name, "")) > 100:
                plan.fault(
                    row.number,
                    name,
                    say("This text is longer than %(longest)s characters.", longest=100),
                    say("Shorten it."),
                )
        if (date := row.values.get("date", "")) and not DATE.fullmatch(date):
            plan.fault(
                row.number,
                "date",
                say("“%(date)s” is not a date as this table wants it.", date=date),
                say("Write the year, month and day, such as 2026-03-31."),
            )


def write_ratings(session: Session, batch: ImportBatch, plan: Plan) -> None:
    """Add the planned ratings; what they replace stays in the history."""
    low, high = batch.options["scale"]
    moment = now()
    rows = [
        {
            "organisation_id": batch.organisation_id,
            "id": new_id(),
            "ratee_id": ratee,
            "rater_code": rater,
            "competence": competence,
            "rated_on": date,
            "value": value,
            "scale_min": low,
            "scale_max": high,
            "source": "imported",
            "known_to_hr": True,
            "batch_id": batch.id,
            "created_at": moment,
        }
        for (ratee, rater, competence, date), value in plan.writes
    ]
    if rows:
        session.connection().execute(insert(Rating), rows)
