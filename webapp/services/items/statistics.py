"""The figures of questions: asked for, counted up with no transaction open, kept with their date."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import ModelError
from scoring.compiled.leaving_out import half_range
from scoring.errors import ScoringError
from scoring.item_desk.desk import desk_figures
from webapp.records import ItemFigures, Job, ModelVersion
from webapp.records.base import now
from webapp.services.items.coarse import coarse, coarse_comparison, coarse_count
from webapp.services.items.gather import APPLICANTS, STAFF, Gathered, Paper
from webapp.services.job_progress import OPEN
from webapp.services.lock_row import lock_organisation
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.serving_model import serving_model
from webapp.services.start_training import queue_job

COUNTING = "items"


def queue_item_statistics(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, user_id: uuid.UUID | None = None
) -> Job:
    """Ask for the figures of every form of this questionnaire; where that was asked for already, the same job."""
    lock_organisation(session, organisation_id)
    read_questionnaire(session, organisation_id, questionnaire_id)
    running = session.scalars(
        select(Job).where(Job.organisation_id == organisation_id, Job.kind == COUNTING, Job.state.in_(OPEN))
    )
    for job in running:
        if job.parameters.get("questionnaire_id") == str(questionnaire_id):
            return job
    return queue_job(session, organisation_id, COUNTING, user_id, questionnaire_id=str(questionnaire_id))


def papers_of(session: Session, job: Job) -> list[Paper]:
    questionnaire_id = uuid.UUID(job.parameters["questionnaire_id"])
    questionnaire = read_questionnaire(session, job.organisation_id, questionnaire_id)
    return [Paper(job.organisation_id, questionnaire_id, form.id) for form in questionnaire.forms]


Reaches = dict[str, Any]
"""The number of the model that serves a form, and by question how far its answers can move a result."""


def reaches_of(session: Session, paper: Paper) -> Reaches:
    """As the model's numbers have it; nothing where none serves, or it cannot be used."""
    version = serving_version(session, paper.organisation_id, paper.questionnaire_id, paper.form)
    if version is None:
        return {}
    try:
        compiled = serving_model(session, paper.organisation_id, version.id).compiled
    except (ModelError, ScoringError):
        return {}
    share = compiled.key_weight / compiled.keyed if compiled.keyed else 0.0
    return {
        "model": version.number,
        "reach": {item.id: round(2 * half_range(item, share), 3) for item in compiled.items},
    }


def serving_version(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, form: str
) -> ModelVersion | None:
    """The newest model that serves this form."""
    return session.scalar(
        select(ModelVersion)
        .where(
            ModelVersion.organisation_id == organisation_id,
            ModelVersion.questionnaire_id == questionnaire_id,
            ModelVersion.form == form,
            ModelVersion.state == "serving",
        )
        .order_by(ModelVersion.number.desc())
        .limit(1)
    )


def work_out(paper: Paper, gathered: Gathered, reaches: Reaches) -> dict[str, dict[str, Any]]:
    """Figures by question, as coarse as they are kept."""
    found = desk_figures(gathered.questionnaire, paper.form, gathered.sheets, {APPLICANTS: gathered.groups})
    reach = reaches.get("reach", {})
    return {
        item_id: _of_item(item_id, described, gathered)
        | {"reach": {"model": reaches.get("model"), "value": reach.get(item_id)}}
        for item_id, described in found.items()
    }


def _of_item(item_id: str, described: dict[str, Any], gathered: Gathered) -> dict[str, Any]:
    return {
        "populations": {
            name: {language: coarse(name, each) for language, each in by_language.items()}
            for name, by_language in described["populations"].items()
        },
        "comparisons": {
            name: {
                attribute: [coarse_comparison(name, each, attribute == "language") for each in found]
                for attribute, found in by_attribute.items()
            }
            for name, by_attribute in described["comparisons"].items()
        },
        "counts": {
            name: {
                language: coarse_count(name, counted)
                for language, counted in gathered.counts[name].get(item_id, {}).items()
            }
            for name in (STAFF, APPLICANTS)
        },
        "screens": gathered.screens.get(item_id, {}),
        "drawn": {name: len(sheets) for name, sheets in gathered.sheets.items() if name == APPLICANTS},
    }


def keep(
    session: Session, paper: Paper, figures: dict[str, dict[str, Any]], found: dict[str, int], job_id: uuid.UUID
) -> None:
    """Put the figures of a form in the place of the ones before, all at once."""
    rows = session.scalars(
        select(ItemFigures).where(
            ItemFigures.organisation_id == paper.organisation_id,
            ItemFigures.questionnaire_id == paper.questionnaire_id,
            ItemFigures.form == paper.form,
        )
    )
    before = {row.item_id: row for row in rows}
    moment = now()
    for item_id, each in figures.items():
        row = before.get(item_id) or ItemFigures(
            organisation_id=paper.organisation_id,
            questionnaire_id=paper.questionnaire_id,
            form=paper.form,
            item_id=item_id,
        )
        row.figures, row.computed_at, row.job_id = each, moment, job_id
        row.staff, row.applicants = found[STAFF], found[APPLICANTS]
        session.add(row)
    session.flush()
