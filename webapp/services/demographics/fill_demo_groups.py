"""Let the demo's applicants tell something: drawn by lot, so that no group differs but by chance."""

from __future__ import annotations

import random

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import DemographicAnswer, Organisation, Sitting
from webapp.services.demographics.keys import answer_id
from webapp.services.demographics.policy import demographic_policy

SEED = 2026
TELL = 0.7
WEIGHTS = {"sex": (50, 46, 4), "age_band": (14, 34, 26, 16, 10)}


def fill_demo_groups(session: Session, organisation: Organisation, settings: Settings) -> int:
    """About seven of ten tell each thing; how many answers that makes."""
    lots = random.Random(SEED)  # noqa: S311
    asked = demographic_policy(organisation).asked
    people = session.scalars(
        select(Sitting.applicant_id)
        .where(
            Sitting.organisation_id == organisation.id,
            Sitting.applicant_id.is_not(None),
            Sitting.state == "submitted",
            Sitting.purpose == "selection",
        )
        .order_by(Sitting.applicant_id)
    ).all()
    told = [
        DemographicAnswer(
            organisation_id=organisation.id,
            id=answer_id(settings.secret_key, organisation.id, attribute, person),
            attribute=attribute,
            category=lots.choices(names, WEIGHTS[attribute][: len(names)])[0],
        )
        for person in people
        for attribute, names in asked.items()
        if person is not None and lots.random() < TELL
    ]
    session.add_all(told)
    session.flush()
    return len(told)
