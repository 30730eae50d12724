"""Compute a report about groups from what is there now: read, count, judge, look into answers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.errors import ModelError
from webapp.services.demographics.group_answers import answers_by_group, most_used_model
from webapp.services.demographics.group_report import Figures, Material, figures_of, gather
from webapp.services.demographics.keep_report import state_of
from webapp.services.demographics.local_law import local_law_tables
from webapp.services.demographics.scope import Scope
from webapp.services.serving_model import serving_model

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Computed:
    """A report that has not been kept yet, and against which state it was judged."""

    material: Material
    figures: Figures
    state: str


def compute_report(
    session: Session, organisation_id: uuid.UUID, scope: Scope, secret_key: str, progress: Progress
) -> Computed:
    """Nothing is written here; `progress` is told the stage and how far it is."""
    progress("read", 0.0)
    state = state_of(session, organisation_id)
    material = gather(session, organisation_id, scope, secret_key)
    progress("count", 0.0)
    figures = figures_of(material) | {"local_law_144": local_law_tables(material)}
    progress("answers", 0.0)
    figures["answers"] = _answers(session, organisation_id, material, progress)
    return Computed(material, figures, state)


def _answers(session: Session, organisation_id: uuid.UUID, material: Material, progress: Progress) -> Figures:
    version_id = material.scope.model_version_id or most_used_model(material)
    if version_id is None:
        return {"absent": "nobody"}
    try:
        model = serving_model(session, organisation_id, version_id)
    except ModelError:
        return {"absent": "damaged"}
    return answers_by_group(
        session, organisation_id, material, model, version_id, lambda part: progress("answers", part)
    )
