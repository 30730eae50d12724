"""A closed round of 60,000 ratings, or 480,000: how long its figures take, and the pages that show them. Invented."""

from __future__ import annotations

import datetime as dt
import random
import time
import uuid
from collections.abc import Iterator, Sequence

from sqlalchemy import insert
from sqlalchemy.orm import Session

from scoring.release.disclosure import decide
from webapp.extensions import db
from webapp.records import CollectedRating, Organisation, RatingRound
from webapp.records.base import now
from webapp.services.results.release_round import cells_to_show, read_material, rules_of, store_figures
from webapp.services.rounds.competence_texts import library_competences

RATERS, COMPETENCES = 4, 3
DEFAULT = (12, 8)
"""Raters a person and competences of a round as it is proposed: 480,000 ratings, which are decided on once."""
UNSEEN = 0.03


def results_pages(
    staff: Sequence[uuid.UUID], units: Sequence[uuid.UUID], raters: int = RATERS, competences: int = COMPETENCES
) -> dict[str, str]:
    """Release a round and return the addresses of its pages."""
    with Session(db.engine, expire_on_commit=False) as session:
        company = session.query(Organisation).one()
        row = closed_round(session, company.id, competences)
        ratings = list(said(company.id, row, staff, raters))
        for start in range(0, len(ratings), 10_000):
            session.execute(insert(CollectedRating), ratings[start : start + 10_000])
        session.commit()
        release(session, row, len(ratings))
    person, unit = staff[len(staff) // 2], units[len(units) // 2]
    return {
        "results": "/hr/results",
        "results of people": "/hr/results/people",
        "results of people, the highest first": "/hr/results/people?order=value",
        "results of people, further on": "/hr/results/people?order=value&page=60",
        "results of one unit's people": f"/hr/results/people?unit={unit}",
        "results of one person": f"/hr/results/people/{person}",
        "results of one unit": f"/hr/results/units/{unit}",
        "recognition": "/hr/results/recognition",
        "feedback sheet": f"/hr/results/people/{person}/sheet.pdf",
    }


def closed_round(session: Session, owner: uuid.UUID, competences: int) -> RatingRound:
    asked = library_competences()[:competences]
    row = RatingRound(
        organisation_id=owner,
        title="Measured",
        state="closed",
        opens_at=now() - dt.timedelta(days=9),
        closes_at=now(),
        opened_at=now() - dt.timedelta(days=9),
        closed_at=now(),
        competences=[each.plain() for each in asked],
        languages=["en"],
    )
    session.add(row)
    session.flush()
    return row


def said(owner: uuid.UUID, row: RatingRound, staff: Sequence[uuid.UUID], raters: int) -> Iterator[dict[str, object]]:
    dice = random.Random(3)
    strict = [dice.choice((-1, 0, 0, 1)) for _ in staff]
    for number, person in enumerate(staff):
        good = dice.choice((3, 3, 4, 4, 5))
        for rater in dice.sample([n % len(staff) for n in range(number + 1, number + 40)], raters):
            for each in row.competences:
                seen = dice.random() >= UNSEEN
                value = min(5, max(1, good + strict[rater] + dice.choice((-1, 0, 0, 1))))
                yield {
                    "organisation_id": owner,
                    "id": uuid.uuid4(),
                    "round_id": row.id,
                    "performer_id": person,
                    "rater_key": f"{rater:032x}",
                    "competence": each["code"],
                    "value": value if seen else None,
                    "not_observed": not seen,
                    "saved_on": now().date(),
                }


def release(session: Session, row: RatingRound, number: int) -> None:
    """The job that follows closing, in its parts, in seconds of the processor."""
    start = time.process_time()
    material = read_material(session, row.organisation_id, row.id)
    assert material is not None
    read = time.process_time()
    decide(cells_to_show(material.contributions, material.asked), material.contributions, rules_of(material.asked))
    decided = time.process_time()
    outcomes = material.outcomes()
    computed = time.process_time()
    store_figures(session, row.organisation_id, row.id, outcomes)
    session.commit()
    stored = time.process_time()
    shown = sum(outcome.decision.released for outcome in outcomes.values())
    print(f"{number:,} ratings; {shown:,} of {len(outcomes):,} figures released")
    print(f"reading {read - start:.1f} s, deciding {decided - read:.1f} s, storing {stored - computed:.1f} s;")
    print(f"severity and coefficients {computed - decided - (decided - read):.1f} s (goal: 5 s)")
