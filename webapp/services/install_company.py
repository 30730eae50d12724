"""Make a company ready: its questionnaires, and a model by the key alone, so that it can start at once."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import registry, training
from models.trained import TrainedModel
from questionnaires import shelf
from questionnaires.definition import Questionnaire
from questionnaires.panel_key import awaits_panel
from webapp.records import ModelVersion, Organisation, QuestionnaireVersion
from webapp.records.base import now
from webapp.services.record_event import record_event


def install_company(
    session: Session,
    name: str,
    *,
    language: str = "en",
    contact_email: str = "",
    simulated: bool = False,
    private: Path | None = None,
) -> Organisation:
    """Add an organisation with everything from the library, and from a private folder if there is one."""
    organisation = Organisation(
        name=name, language=language, contact_email=contact_email, simulated=simulated, settings={}
    )
    session.add(organisation)
    session.flush()
    record_event(session, organisation.id, "organisation.installed", subject="organisation", subject_id=organisation.id)
    add_library(session, organisation.id, private)
    return organisation


class SameVersion(ValueError):
    """A private questionnaire that has the name and version of one of the library; the message says which."""


def add_library(
    session: Session, organisation_id: uuid.UUID, private: Path | None = None
) -> list[QuestionnaireVersion]:
    """Add the questionnaires for selection, of the library and a private folder, that are not there yet.

    Nothing is added where a private file has faults, or is named as one of the library.
    """
    known = set(
        session.execute(
            select(QuestionnaireVersion.name, QuestionnaireVersion.version).where(
                QuestionnaireVersion.organisation_id == organisation_id
            )
        )
    )
    missing = [each for each in _offered(private) if (each.name, each.version) not in known]
    return [publish(session, organisation_id, each) for each in missing]


def _offered(private: Path | None) -> list[Questionnaire]:
    """Read everything before anything is kept."""
    of_library = shelf.for_selection()
    own = shelf.for_selection(private) if private else []
    for name, version in own:
        if (name, version) in shelf.available():
            raise SameVersion(f"{name} {version} is in the library already; give the private one another name.")
    read = [shelf.get(*entry) for entry in of_library]
    return read + [shelf.get(*entry, private) for entry in own if private]


def publish(session: Session, organisation_id: uuid.UUID, questionnaire: Questionnaire) -> QuestionnaireVersion:
    """Keep a questionnaire as it is, with a key-only model for its first form.

    One without any key has no model until an expert panel has set one; what no panel could rate is refused.
    """
    row = QuestionnaireVersion(
        organisation_id=organisation_id,
        name=questionnaire.name,
        version=questionnaire.version,
        definition=questionnaire.source,
        scoring_identity=questionnaire.scoring_identity,
        texts_identity=questionnaire.texts_identity,
    )
    session.add(row)
    session.flush()
    record_event(
        session, organisation_id, "questionnaire.published", subject="questionnaire_version", subject_id=row.id
    )
    if not awaits_panel(questionnaire):
        form = questionnaire.forms[0].id
        model = add_model(session, row, form, training.key_only(questionnaire, form_id=form), state="serving")
        model.promoted_at = now()
    return row


def add_model(
    session: Session,
    questionnaire: QuestionnaireVersion,
    form: str,
    model: TrainedModel,
    *,
    state: str = "candidate",
    job_id: uuid.UUID | None = None,
) -> ModelVersion:
    """Keep a trained model under the organisation's next number."""
    packed = registry.pack(model)
    row = ModelVersion(
        organisation_id=questionnaire.organisation_id,
        number=next_number(session, questionnaire.organisation_id),
        questionnaire_id=questionnaire.id,
        form=form,
        kind=model.manifest.kind,
        state=state,
        artefact=packed,
        artefact_sha256=hashlib.sha256(packed).hexdigest(),
        figures=dict(model.manifest.figures),
        manifest=model.manifest.to_plain(),
        sed=model.manifest.sed,
        job_id=job_id,
    )
    session.add(row)
    session.flush()
    record_event(
        session,
        row.organisation_id,
        "model.added",
        subject="model_version",
        subject_id=row.id,
        number=row.number,
        kind=row.kind,
        sha256=row.artefact_sha256,
    )
    return row


def next_number(session: Session, organisation_id: uuid.UUID) -> int:
    newest = session.scalar(
        select(func.max(ModelVersion.number)).where(ModelVersion.organisation_id == organisation_id)
    )
    return (newest or 0) + 1
