"""What questions are called, in the reader's language where they have a name in it."""

from __future__ import annotations

from flask_babel import get_locale
from sqlalchemy.orm import Session

from webapp.records import ModelVersion
from webapp.services.read_questionnaire import read_questionnaire


def item_titles(session: Session, model: ModelVersion) -> dict[str, str]:
    language = str(getattr(get_locale(), "language", "en"))
    questionnaire = read_questionnaire(session, model.organisation_id, model.questionnaire_id)
    return {
        item.id: item.titles.get(language) or next(iter(item.titles.values()), item.id) for item in questionnaire.items
    }
