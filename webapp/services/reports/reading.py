"""Who reads a report on a model, from what the site knows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import ModelVersion
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.reports.album import Album
from webapp.services.reports.reader import Reader


def reader_of(session: Session, version: ModelVersion, settings: Settings, language: str, simulated: bool) -> Reader:
    questionnaire = read_questionnaire(session, version.organisation_id, version.questionnaire_id)
    return Reader(language, simulated, album_of(settings), questionnaire.facet_names)


def album_of(settings: Settings) -> Album:
    return Album(settings.instance / "charts", settings.secret_key)
