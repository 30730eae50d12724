"""Draw a new model's charts before anybody opens its reports: in every language, so that no reader waits."""

from __future__ import annotations

import uuid

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES, Settings
from webapp.records import ModelVersion, Organisation
from webapp.services.reports.reading import reader_of
from webapp.services.reports.staff_groups import group_sections
from webapp.services.reports.validation import validation_sections


def draw_ahead(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID, settings: Settings) -> int:
    """Keep the charts of the model that this run made; returns how many there are."""
    version = session.scalars(
        select(ModelVersion).where(ModelVersion.organisation_id == organisation_id, ModelVersion.job_id == job_id)
    ).first()
    if version is None or version.figures.get("r") is None:
        return 0
    return sum(_in_language(session, version, settings, language) for language in LANGUAGES)


def _in_language(session: Session, version: ModelVersion, settings: Settings, language: str) -> int:
    organisation = session.get(Organisation, version.organisation_id)
    with force_locale(language):
        reader = reader_of(session, version, settings, language, bool(organisation and organisation.simulated))
        sections = [*validation_sections(version.figures, reader), *group_sections(version.figures, reader)]
    return sum(each.chart is not None for each in sections)
