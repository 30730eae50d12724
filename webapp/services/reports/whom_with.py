"""Which models a model can be compared with, and which one comes first."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from webapp.records import ModelVersion
from webapp.services.read_models import list_models


def other_models(session: Session, version: ModelVersion) -> list[ModelVersion]:
    """The newest first."""
    return [each for each in list_models(session, version.organisation_id) if each.id != version.id]


def usual_other(version: ModelVersion, others: Sequence[ModelVersion]) -> ModelVersion | None:
    """The serving model of the same form; for the serving one the trained one before it, else any before it."""
    alike = [each for each in others if (each.questionnaire_id, each.form) == (version.questionnaire_id, version.form)]
    serving = [each for each in alike if each.state == "serving"]
    before = [each for each in alike if each.number < version.number]
    trained = [each for each in before if each.kind == "trained"]
    return next(iter([*serving, *trained, *before, *alike, *others]), None)
