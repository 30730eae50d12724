"""Run again what made a model: the same questionnaire, form, criterion and seed, on the data as they are now.

Nothing is kept of it but the comparison. Where the data are others by now, it says so and computes no figure.
"""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import registry
from models.repeating import compare
from webapp.errors import Conflict, NotFound
from webapp.records import Job, ModelVersion
from webapp.services.job_progress import finish_job, hold_job
from webapp.services.lock_row import lock_organisation
from webapp.services.runs.data_state import change_sentences, data_changes
from webapp.services.serving_model import serving_model
from webapp.services.start_training import RunUnderWay, queue_job, running_training
from webapp.services.training_confidence import data_mark

REMEMBERED = ("questionnaire_id", "form", "criterion", "seed")
"""What decides, beside the data, what a run makes."""


def repeat_run(
    session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID, user_id: uuid.UUID | None = None
) -> Job:
    """Queue the run of this model once more; refused while another run is under way."""
    version = session.get(ModelVersion, (organisation_id, model_version_id))
    if version is None:
        raise NotFound
    first = original(session, version)
    if first is None:
        raise Conflict(_("No training run made this model, so there is none to repeat."))
    lock_organisation(session, organisation_id)
    if (there := running_training(session, organisation_id)) is not None:
        raise RunUnderWay(there)
    remembered = {name: first.parameters.get(name) for name in REMEMBERED}
    return queue_job(
        session, organisation_id, "repeat", user_id, **remembered, repeats=str(version.id), number=version.number
    )


def original(session: Session, version: ModelVersion) -> Job | None:
    """The training run that made a model; None where it scores by the key alone or was made of another model."""
    job = session.get(Job, (version.organisation_id, version.job_id)) if version.job_id else None
    return job if job and job.kind == "train" else None


def changed_meanwhile(session: Session, version: ModelVersion) -> list[str] | None:
    """What came in while the run of this model was under way, in sentences; None where no run made it."""
    first = original(session, version)
    return None if first is None else change_sentences(first.result.get("since") or {})


def find_by_number(session: Session, organisation_id: uuid.UUID, number: int) -> ModelVersion:
    row = session.scalars(
        select(ModelVersion).where(ModelVersion.organisation_id == organisation_id, ModelVersion.number == number)
    ).first()
    if row is None:
        raise NotFound(_("There is no model %(number)s.", number=number))
    return row


def repeated_version(session: Session, job: Job) -> ModelVersion:
    return session.get_one(ModelVersion, (job.organisation_id, uuid.UUID(job.parameters["repeats"])))


def made_by(session: Session, job: Job) -> uuid.UUID:
    """The run that this run's model is of: itself, or the one that it repeats."""
    if "repeats" not in job.parameters:
        return job.id
    version = repeated_version(session, job)
    assert version.job_id is not None, "only what a run made is repeated"
    return version.job_id


def same_data(session: Session, job: Job, fingerprint: str, secret_key: str) -> bool:
    """Whether the data are those that the model learned from."""
    kept = repeated_version(session, job).manifest.get("data_fingerprint") or ""
    return hmac.compare_digest(data_mark(secret_key, made_by(session, job), fingerprint), kept)


def close_on_other_data(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID) -> dict[str, Any]:
    """End the run: figures on other data are no comparison. It says in numbers what came in and what went."""
    job = hold_job(session, organisation_id, job_id)
    version = repeated_version(session, job)
    first = original(session, version)
    taken: Mapping[str, Any] | None = first.result.get("taken") if first else None
    about = version.organisation_id, version.questionnaire_id, version.form
    since = data_changes(session, *about, taken) if taken else None
    finish_job(session, job, same_data=False, since=since, model_version_id=str(version.id), number=version.number)
    return {"same_data": False, "over": True}


def keep_comparison(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID, folder: Path) -> dict[str, Any]:
    """Compare the model that was made again with the one that was kept, and end the run."""
    job = hold_job(session, organisation_id, job_id)
    version = repeated_version(session, job)
    again = registry.unpack((folder / "model.zip").read_bytes())
    found = compare(serving_model(session, organisation_id, version.id), again)
    finish_job(
        session,
        job,
        same_data=True,
        model_version_id=str(version.id),
        number=version.number,
        comparison=found.to_plain(),
    )
    return {"same_data": True, "same": found.same}
