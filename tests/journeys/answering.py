"""Applicants of a running site answer, without a browser for each: their own page has its own journeys."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.sittings import Invited
from tests.factories.submitted import ITEMS, submitted
from tests.journeys.conftest import Site
from webapp.config import read_settings
from webapp.extensions import make_engine
from webapp.records import Applicant, Invitation, Organisation, Vacancy


@contextmanager
def records_of(site: Site) -> Iterator[Session]:
    """The tables of the running site. What began by reading may not write once the worker has: so each waits first."""
    engine = make_engine(read_settings(site.environment).database_url)
    engine = engine.execution_options(sqlite_begin="IMMEDIATE")
    try:
        with Session(engine, expire_on_commit=False) as session:
            yield session
    finally:
        engine.dispose()


def everybody_answers(site: Site, vacancy_id: uuid.UUID, languages: tuple[str, ...] = ("lt", "ru", "en")) -> int:
    """Everybody who is invited to this vacancy answers at random and sends it; how many they are."""
    with records_of(site) as session:
        place = session.scalars(select(Vacancy).where(Vacancy.id == vacancy_id)).one()
        owner = session.get_one(Organisation, place.organisation_id)
        people = session.scalars(
            select(Applicant)
            .where(Applicant.vacancy_id == place.id, Applicant.state == "invited")
            .order_by(Applicant.id)
        ).all()
        for number, person in enumerate(people):
            link = session.scalars(select(Invitation).where(Invitation.applicant_id == person.id)).first()
            assert link is not None
            someone = Invited(owner, place, person, link, "")
            submitted(session, someone, at_random(number), seed=number, language=languages[number % len(languages)])
        return len(people)


def at_random(seed: int) -> dict[str, dict[str, str]]:
    chance = random.Random(seed)
    drawn = {item.id: chance.sample(item.option_ids, 2) for item in ITEMS}
    return {item: {"best": best, "worst": worst} for item, (best, worst) in drawn.items()}
