"""The answers that hired people gave as applicants: they stand for those of staff who have not answered as such."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from webapp.records import Answer, Applicant, Hire, Sitting

TOLD_SINCE = "2026-11-22d"
"""From this version on the notice says that answers of the hired are learned from; earlier ones are left alone."""


class HiredSitting(NamedTuple):
    """The sitting of an applicant who is on the staff now."""

    staff_member_id: uuid.UUID
    id: uuid.UUID
    language: str


def answers_of_hired(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, form: str
) -> dict[uuid.UUID, HiredSitting]:
    """Sittings by member of staff. Who withdrew is not among them, and of who was erased nothing is left."""
    rows = session.execute(
        of_hired(organisation_id, Hire.staff_member_id, Sitting.id, Sitting.language)
        .where(Sitting.questionnaire_id == questionnaire_id, Sitting.form == form)
        .order_by(Hire.staff_member_id)
    )
    return {row[0]: HiredSitting(*row) for row in rows}


def of_hired(organisation_id: uuid.UUID, *columns: Any) -> Select[Any]:
    """Rows of hired people whose application stands, who sent the answers, and were told what they are used for."""
    applicant = (Applicant.organisation_id == Hire.organisation_id) & (Applicant.id == Hire.applicant_id)
    sitting = (Sitting.organisation_id == Hire.organisation_id) & (Sitting.applicant_id == Hire.applicant_id)
    return (
        select(*columns)
        .select_from(Hire)
        .join(Applicant, applicant)
        .join(Sitting, sitting)
        .where(Hire.organisation_id == organisation_id, Applicant.state == "done", *_usable())
    )


def _usable() -> tuple[ColumnElement[bool], ...]:
    return (Sitting.purpose == "selection", Sitting.state == "submitted", Sitting.notice_version >= TOLD_SINCE)


def answers_by_sitting(
    session: Session, organisation_id: uuid.UUID, sittings: Iterable[HiredSitting]
) -> dict[uuid.UUID, dict[str, dict[str, Any]]]:
    """What was answered in these sittings, by question; what was skipped is not among it."""
    found: dict[uuid.UUID, dict[str, dict[str, Any]]] = {each.id: {} for each in sittings}
    if not found:
        return found
    rows = session.execute(
        of_hired(organisation_id, Answer.sitting_id, Answer.item_id, Answer.value)
        .join(Answer, (Answer.organisation_id == Sitting.organisation_id) & (Answer.sitting_id == Sitting.id))
        .order_by(Answer.sitting_id, Answer.item_id)
    )
    for sitting, item, value in rows:
        if sitting in found and value is not None:
            found[sitting][item] = value
    return found
