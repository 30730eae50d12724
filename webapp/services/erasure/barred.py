"""Models that must not come into service (again), since somebody they were trained with was erased."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Refused
from webapp.records import ErasedModel, ModelVersion


def is_barred(session: Session, version: ModelVersion) -> bool:
    """Whether an erasure wants it out of service; where the company's policy was to keep, none does."""
    found = select(ErasedModel.id).where(
        ErasedModel.organisation_id == version.organisation_id,
        ErasedModel.model_version_id == version.id,
        ErasedModel.state != "kept",
    )
    return session.scalars(found.limit(1)).first() is not None


def refuse_barred(session: Session, version: ModelVersion) -> None:
    """Nothing new is put on such a model, be it by promotion, by rolling back or by moving a vacancy."""
    if is_barred(session, version):
        raise Refused(
            _(
                "Somebody with whose data this model was trained, or may have been, was erased. By the company's own "
                "rule it takes nothing over any more. Train a new model instead."
            )
        )
