"""A round that colleagues have answered, closed and released, and every page, file and filter that HR has of it."""

from __future__ import annotations

import random
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import rounds
from webapp.config import Settings
from webapp.records import RatingRound, RoundPair, RoundRater, Unit
from webapp.services.results.release_round import release_round
from webapp.services.rounds.close_round import close_round
from webapp.services.rounds.save_rating import OwnRating, save_ratings


def rate_at_random(
    session: Session, row: RatingRound, settings: Settings, dice: random.Random, unseen: float = 0.04
) -> dict[tuple[str, str, str], int | None]:
    """Everybody asked rates: some are strict, some people are better, now and then something was not observed.

    Returns what was said, by rater, person and competence: what no page may tell.
    """
    raters = session.scalars(select(RoundRater).where(RoundRater.round_id == row.id)).all()
    raters = sorted(raters, key=lambda each: each.email)
    strict = {each.staff_member_id: dice.choice([-1, 0, 0, 1]) for each in raters}
    good = {each.staff_member_id: dice.choice([3, 3, 4, 4, 5]) for each in raters}
    said = {}
    for rater in raters:
        pairs = select(RoundPair.performer_id).where(
            RoundPair.round_id == row.id, RoundPair.rater_id == rater.staff_member_id
        )
        given = []
        for person in sorted(session.scalars(pairs), key=str):
            for each in row.competences:
                value = good.get(person, 4) + strict[rater.staff_member_id] + dice.choice([-1, 0, 0, 1])
                seen = dice.random() >= unseen
                kept = min(5, max(1, value)) if seen else None
                given.append(OwnRating(person, each["code"], kept, not seen))
                said[str(rater.staff_member_id), str(person), each["code"]] = kept
        save_ratings(session, row.organisation_id, rater.id, given, secret_key=settings.secret_key)
    session.commit()
    return said


def closed(session: Session, house: rounds.House, settings: Settings, seed: int = 4, **values: object) -> RatingRound:
    """A round from the opening to its figures."""
    row = rounds.opened(session, house, settings, **values)
    rate_at_random(session, row, settings, random.Random(seed))
    release(session, row)
    return row


def release(session: Session, row: RatingRound) -> None:
    close_round(session, row.organisation_id, row.id)
    session.commit()
    release_round(session, row.organisation_id, row.id)
    session.commit()


def addresses(session: Session, house: rounds.House, row: RatingRound) -> Iterator[str]:
    """Every page, export and file of results, with every value of every filter."""
    units = sorted(str(each.id) for each in session.scalars(select(Unit)))
    topics = ["", *(each["code"] for each in row.competences)]
    session.commit()
    base, asked = "/hr/results", f"round={row.id}"
    yield base
    yield f"{base}?{asked}"
    for topic in topics:
        yield f"{base}/recognition?{asked}&topic={topic}"
        for unit in ["", *units]:
            yield f"{base}/people?{asked}&topic={topic}&unit={unit}&order={'name' if topic else 'value'}"
    yield from (f"{base}/units/{unit}?{asked}" for unit in units)
    for person in house.staff:
        yield f"{base}/people/{person.id}?{asked}"
        for language in ("en", "ru", "lt"):
            yield f"{base}/people/{person.id}/sheet.pdf?{asked}&language={language}"
    yield f"{base}/figures.csv?{asked}"
    yield f"{base}/figures.xlsx?{asked}"
