"""Do a model's probabilities come true among people whom it cannot have learned from?

These are staff whose answers came after the model was made, and people hired since. Only ratings that HR imported
are looked at: those given in confidence are for training alone. Figures are rounded and people counted in fives, so
that two rehearsals do not differ by one person's result, which nobody but that person sees.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.confidence import in_fives
from models.trained import TrainedModel
from questionnaires.answers import AnswerSheet
from scoring.compiled.calibration import Gaussian
from scoring.rehearsing.calibration import calibration_on
from webapp.records import Hire, ModelVersion, Sitting, StaffMember
from webapp.services.score_sitting import saved_answers
from webapp.services.training_data import newest_ratings

HALF = 0.5
DIGITS = 2


def calibration_on_newest(session: Session, version: ModelVersion, model: TrainedModel) -> dict[str, Any]:
    """Figures about the newest people, or `state` that says why there are none: by_key, none or too_few."""
    calibration = model.compiled.calibration
    if calibration is None:
        return {"state": "by_key"}
    outcomes = _mean_ratings(session, version)
    sittings = [each for each in _unseen(session, version) if each[0] in outcomes]
    if not sittings:
        return {"state": "none"}
    families = _families(session, version.organisation_id)
    cuts = [_cut(calibration, families.get(member, "")) for member, _sitting in sittings]
    found = calibration_on(
        _probabilities(session, model, sittings, families),
        [outcomes[member] >= cut for (member, _sitting), cut in zip(sittings, cuts, strict=True)],
    )
    return _told(found)


def _told(found: Mapping[str, Any]) -> dict[str, Any]:
    if len(found) == 1:
        return {"state": "too_few"}
    figures = {name: round(value, DIGITS) for name, value in found.items() if name != "n"}
    return {"state": "known", "n": in_fives(found["n"]), **figures}


def _cut(calibration: Any, family: str) -> float:
    """From which mean rating on somebody is in the top third, as the model knows it."""
    if not isinstance(calibration, Gaussian):
        return HALF
    return calibration.families.get(family, calibration.threshold)


def _mean_ratings(session: Session, version: ModelVersion) -> dict[uuid.UUID, float]:
    wanted = version.manifest.get("criterion")
    given: dict[uuid.UUID, list[float]] = defaultdict(list)
    for row in newest_ratings(session, version.organisation_id):
        if wanted is None or row.competence == wanted:
            given[row.ratee_id].append(row.value)
    return {member: sum(values) / len(values) for member, values in given.items()}


def _unseen(session: Session, version: ModelVersion) -> list[tuple[uuid.UUID, Sitting]]:
    """Each member of staff with the newest sitting of which the model can have learned nothing."""
    found = dict((*_staff(session, version), *_hired(session, version)))
    return sorted(found.items())


def _staff(session: Session, version: ModelVersion) -> Sequence[tuple[uuid.UUID, Sitting]]:
    rows = session.scalars(
        select(Sitting)
        .where(*_of_form(version), Sitting.staff_member_id.is_not(None), Sitting.submitted_at > version.created_at)
        .order_by(Sitting.submitted_at, Sitting.id)
    )
    return [(row.staff_member_id, row) for row in rows if row.staff_member_id is not None]


def _hired(session: Session, version: ModelVersion) -> Sequence[tuple[uuid.UUID, Sitting]]:
    rows = session.execute(
        select(Hire.staff_member_id, Sitting)
        .join(Hire, (Hire.organisation_id == Sitting.organisation_id) & (Hire.applicant_id == Sitting.applicant_id))
        .where(*_of_form(version), Sitting.purpose == "selection", Hire.created_at > version.created_at)
    )
    return [(member, sitting) for member, sitting in rows]


def _of_form(version: ModelVersion) -> tuple[Any, ...]:
    return (
        Sitting.organisation_id == version.organisation_id,
        Sitting.questionnaire_id == version.questionnaire_id,
        Sitting.form == version.form,
        Sitting.state == "submitted",
    )


def _families(session: Session, organisation_id: uuid.UUID) -> dict[uuid.UUID, str]:
    rows = session.execute(
        select(StaffMember.id, StaffMember.job_family).where(StaffMember.organisation_id == organisation_id)
    )
    return {member: family or "" for member, family in rows}


def _probabilities(
    session: Session,
    model: TrainedModel,
    sittings: Sequence[tuple[uuid.UUID, Sitting]],
    families: Mapping[uuid.UUID, str],
) -> list[float]:
    sheets = [
        AnswerSheet(str(member), saved_answers(session, sitting), job_family=families.get(member) or None)
        for member, sitting in sittings
    ]
    return [each.p_top_third or 0.0 for each in model.score(sheets, incomplete=True)]
