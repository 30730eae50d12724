"""Move everybody from a stage that goes out of use to another of the same kind: HR's decision, kept like every other.

To the same kind only, so that nobody is declined, hired or put back by a change of the company's list of stages.
"""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Invalid
from webapp.records import Applicant, Stage
from webapp.services.decisions.decide import decide
from webapp.services.decisions.draft import MOST
from webapp.services.decisions.edit_stages import people_there
from webapp.services.decisions.reasons import Why
from webapp.services.decisions.stages import stage_of, stages_of


def heirs_of(session: Session, stage: Stage) -> list[Stage]:
    """Where people of this stage may be moved together: the same kind, and no name is shown by it."""
    return [
        each
        for each in stages_of(session, stage.organisation_id, retired=False)
        if each.kind == stage.kind and each.number != stage.number and (stage.reveals or not each.reveals)
    ]


def clear_stage(
    session: Session, organisation_id: uuid.UUID, number: int, heir: int, reason: str, *, user_id: uuid.UUID
) -> int:
    """Decide, vacancy by vacancy, about those there; how many these are."""
    stage = stage_of(session, organisation_id, number)
    if heir not in {each.number for each in heirs_of(session, stage)}:
        raise Invalid([_("Choose another stage that means the same and shows no hidden name.")])
    why, moved = Why(text=reason, tie=reason), 0
    for vacancy_id in people_there(session, organisation_id, number):
        people = _some(session, organisation_id, vacancy_id, number)
        decide(session, organisation_id, vacancy_id, people, heir, why, user_id=user_id, by=("hr",))
        moved += len(people)
    return moved


def _some(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, number: int) -> list[uuid.UUID]:
    return list(
        session.scalars(
            select(Applicant.id)
            .where(
                Applicant.organisation_id == organisation_id,
                Applicant.vacancy_id == vacancy_id,
                Applicant.stage == number,
                Applicant.state != "withdrawn",
            )
            .order_by(Applicant.id)
            .limit(MOST)
        )
    )
