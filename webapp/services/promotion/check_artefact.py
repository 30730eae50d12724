"""Whether a model may be used: whole as it was stored, and about these very items, options and key."""

from __future__ import annotations

import hashlib

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import ModelError
from models.trained import TrainedModel
from webapp.errors import Refused
from webapp.records import ModelVersion
from webapp.services.erasure.barred import refuse_barred
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.serving_model import serving_model


def stored_bytes(session: Session, version: ModelVersion) -> bytes:
    """The artefact as it lies in the database now."""
    return session.scalars(
        select(ModelVersion.artefact).where(
            ModelVersion.organisation_id == version.organisation_id, ModelVersion.id == version.id
        )
    ).one()


def is_unchanged(session: Session, version: ModelVersion) -> bool:
    """Read and hashed anew: a process that has the model in its memory would not notice that the bytes changed."""
    return hashlib.sha256(stored_bytes(session, version)).hexdigest() == version.artefact_sha256


def check_artefact(session: Session, version: ModelVersion) -> TrainedModel:
    """The model, or a refusal that says what to do."""
    try:
        if is_unchanged(session, version):
            return serving_model(session, version.organisation_id, version.id)
    except ModelError as error:
        raise _changed() from error
    raise _changed()


def _changed() -> Refused:
    return Refused(
        _("This model's stored file was changed or is damaged. Restore the database from a copy, or train again.")
    )


def check_identity(session: Session, version: ModelVersion) -> TrainedModel:
    """Refuse a model that is damaged, was trained for another questionnaire or form, or holds somebody erased."""
    refuse_barred(session, version)
    model = check_artefact(session, version)
    questionnaire = read_questionnaire(session, version.organisation_id, version.questionnaire_id)
    if model.manifest.scoring_identity != questionnaire.scoring_identity or model.manifest.form != version.form:
        raise Refused(
            _(
                "This model was trained for another questionnaire: its items, options or key differ. "
                "Train a new model for this one."
            )
        )
    return model


def why_not(session: Session, version: ModelVersion) -> str:
    """Why nothing can be put on this model; empty where it can."""
    try:
        check_identity(session, version)
    except Refused as refusal:
        return refusal.message
    return ""
