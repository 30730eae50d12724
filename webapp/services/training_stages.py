"""The stages of a training run. Each may be cut off at any moment and begun again.

What lies between the stages is kept in a folder of the job; a stage that finds it missing makes it again.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import registry, training
from models.confidence import HIRED, sealed
from models.staff_groups import HeldOutScores, staff_groups
from questionnaires.loading import load_text
from webapp.records import Job, ModelVersion, QuestionnaireVersion
from webapp.services.erasure.note_trained import note_trained_with
from webapp.services.install_company import add_model
from webapp.services.job_progress import find_job, finish_job, hold_job
from webapp.services.lock_row import lock_organisation
from webapp.services.runs.applicant_spread import applicant_spread
from webapp.services.runs.data_state import data_changes, data_state
from webapp.services.training_confidence import secret_seed
from webapp.services.training_data import TrainingData, fingerprint, gather_training_data, told_number
from webapp.services.training_failure import TrainingRefused

STAGES = ("gather", "criterion", "validate", "groups", "fit", "save")
# Where each stage begins and ends on the way from 0 to 1, by how long it takes.
SPANS = {
    "gather": (0.0, 0.04),
    "criterion": (0.04, 0.12),
    "validate": (0.12, 0.80),
    "groups": (0.80, 0.86),
    "fit": (0.86, 0.97),
    "save": (0.97, 1.0),
    "same": (0.04, 0.04),
    "compare": (0.97, 1.0),
}
Progress = Callable[[str, float], None]


def overall(stage: str, fraction: float) -> float:
    """Where the whole run is when this stage is so far."""
    start, end = SPANS[stage]
    return start + (end - start) * min(1.0, max(0.0, fraction))


def gather(
    session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID, folder: Path, secret_key: str
) -> dict[str, Any]:
    """Take down the data as it is now; the run is about these and no later ones."""
    job = find_job(session, organisation_id, job_id)
    taken = data_state(session, organisation_id, *subject(job))
    data, text = take_down(session, job, folder, secret_key)
    return {
        "fingerprint": fingerprint(text),
        "people": len(data.sheets),
        "ratings": len(data.ratings),
        "taken": {**taken, "spread": applicant_spread(session, job, data.sheets)},
    }


def take_down(session: Session, job: Job, folder: Path, secret_key: str) -> tuple[TrainingData, str]:
    data = gather_training_data(session, job.organisation_id, *subject(job), secret_key)
    text = data.as_text()
    write_whole(folder / "data.json", text.encode())
    return data, text


def subject(job: Job) -> tuple[uuid.UUID, str]:
    """Whose answers a run is about: to which questionnaire, in which form."""
    return uuid.UUID(job.parameters["questionnaire_id"]), job.parameters["form"]


def read_data(
    session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID, folder: Path, expected: str, secret_key: str
) -> TrainingData:
    """The data as taken down; gathered again where the folder is gone, refused where they are others now."""
    path = folder / "data.json"
    if not path.exists():
        take_down(session, find_job(session, organisation_id, job_id), folder, secret_key)
    text = path.read_text()
    if fingerprint(text) != expected:
        raise TrainingRefused("data_changed")
    return _read(path)


def _read(path: Path) -> TrainingData:
    """The data in a run's folder; each stage wants them, and they are large, so the last ones read are kept."""
    file = path.stat()
    return _parsed(str(path), file.st_mtime_ns, file.st_size)


@lru_cache(maxsize=1)
def _parsed(path: str, _written_at: int, _size: int) -> TrainingData:
    return TrainingData.from_text(Path(path).read_text())


def definition_of(session: Session, organisation_id: uuid.UUID, job: Job) -> str:
    row = session.get(QuestionnaireVersion, (organisation_id, uuid.UUID(job.parameters["questionnaire_id"])))
    assert row is not None, "a foreign key holds it"
    return row.definition


def inputs(
    session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID, folder: Path, expected: str, secret_key: str
) -> tuple[str, str, str, str | None, int]:
    """Plain values that say everything the mathematics needs."""
    job = find_job(session, organisation_id, job_id)
    data = read_data(session, organisation_id, job_id, folder, expected, secret_key)
    parameters = job.parameters
    seed = secret_seed(secret_key, organisation_id) if data.in_confidence else parameters["seed"]
    definition = definition_of(session, organisation_id, job)
    return definition, str(folder / "data.json"), parameters["form"], parameters["criterion"], seed


@lru_cache(maxsize=1)
def _prepared(definition: str, data_path: str, form: str, criterion: str | None, seed: int) -> Any:
    # The stages of one run follow one another in one process, so the last one is worth keeping.
    data = _read(Path(data_path))
    return training.prepare(
        load_text(definition),
        data.sheets,
        data.ratings,
        form_id=form,
        criterion=criterion,
        scale=data.scale,
        seed=seed,
    )


def _taken(given: tuple[Any, ...]) -> TrainingData:
    return _read(Path(given[1]))


def adjust_criterion(given: tuple[Any, ...]) -> dict[str, Any]:
    """Join answers to ratings and encode them; refuse what is left when too few remain."""
    prepared, data = _prepared(*given), _taken(given)
    if prepared.key_only:
        raise TrainingRefused("too_few", both=told_number(prepared.n, data.in_confidence), needed=training.MINIMUM)
    return {"people": prepared.n}


def validate(given: tuple[Any, ...], progress: Progress, taken: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Cross-validate; returns the figures, and leaves what was said of held-out people in the folder.

    From what was taken down with the data comes how much applicants' scores differ.
    """

    def tell(stage: str, fraction: float) -> None:
        progress("validate", training.share_done(stage, fraction))

    def keep(tested: HeldOutScores) -> None:
        write_whole(_tested_path(given), json.dumps(tested.to_plain()).encode())

    spread = (taken or {}).get("spread")
    ratio = spread["ratio"] if spread else None
    figures = training.validate(_prepared(*given), progress=tell, keep=keep, spread_ratio=ratio)
    return {**figures, "spread_from": spread} if spread else figures


def _tested_path(given: tuple[Any, ...]) -> Path:
    return Path(given[1]).with_name("tested.json")


def _tested(given: tuple[Any, ...]) -> HeldOutScores:
    path = _tested_path(given)
    return (
        HeldOutScores.from_plain(json.loads(path.read_text())) if path.exists() else training.tested(_prepared(*given))
    )


def groups(given: tuple[Any, ...]) -> dict[str, Any]:
    """Compare the staff by language of answering; ratings in confidence enter nothing of it."""
    data = _taken(given)
    return staff_groups(_prepared(*given), data.sheets, None if data.in_confidence else _tested(given))


def fit(given: tuple[Any, ...], figures: dict[str, Any], folder: Path, mark: str) -> dict[str, Any]:
    """Fit on everybody and lay the packed model down; what it shows of ratings in confidence is coarse.

    `mark` stands in the place of the data's plain fingerprint, which would confirm guesses.
    """
    prepared, data = _prepared(*given), _taken(given)
    # How many answered as applicants and were hired since: they had something at stake, and were chosen.
    figures = {**figures, HIRED: len(set(data.hired) & set(prepared.data.people))}
    model = training.fit(prepared, figures)
    model = replace(model, manifest=replace(model.manifest, data_fingerprint=mark))
    write_whole(folder / "model.zip", registry.pack(sealed(model, data.few_raters) if data.in_confidence else model))
    return {"done": True}


def has_fit(folder: Path) -> bool:
    return (folder / "model.zip").exists()


def save(
    session: Session,
    organisation_id: uuid.UUID,
    job_id: uuid.UUID,
    folder: Path,
    taken: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Keep the model and close the job in one transaction, exactly once; say what came in since the data were taken."""
    row = model_of_job(session, organisation_id, job_id)
    if row is None:
        model = registry.unpack((folder / "model.zip").read_bytes())
        lock_organisation(session, organisation_id)  # as whoever erases somebody does first, the run's row after it
        job = hold_job(session, organisation_id, job_id)
        questionnaire = session.get(
            QuestionnaireVersion, (organisation_id, uuid.UUID(job.parameters["questionnaire_id"]))
        )
        assert questionnaire is not None, "a foreign key holds it"
        row = add_model(session, questionnaire, job.parameters["form"], model, job_id=job_id)
        note_trained_with(session, row, folder / "data.json")
        since = data_changes(session, organisation_id, *subject(job), taken) if taken else {}
        finish_job(session, job, model_version_id=str(row.id), number=row.number, taken=taken, since=since)
    return {"model_version_id": str(row.id), "number": row.number}


def model_of_job(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID) -> ModelVersion | None:
    return session.scalars(
        select(ModelVersion).where(ModelVersion.organisation_id == organisation_id, ModelVersion.job_id == job_id)
    ).first()


def tidy(folder: Path) -> None:
    """Nobody's answers lie about after the run."""
    _prepared.cache_clear()
    _parsed.cache_clear()
    shutil.rmtree(folder, ignore_errors=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write so that the file is there whole or not at all, whenever the process dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
