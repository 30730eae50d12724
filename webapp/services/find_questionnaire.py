"""Find a published questionnaire of an organisation."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import QuestionnaireVersion


def find_questionnaire(session: Session, organisation_id: uuid.UUID, name: str, version: str) -> QuestionnaireVersion:
    row = session.scalar(
        select(QuestionnaireVersion).where(
            QuestionnaireVersion.organisation_id == organisation_id,
            QuestionnaireVersion.name == name,
            QuestionnaireVersion.version == version,
        )
    )
    if row is None:
        raise NotFound(_("There is no questionnaire %(name)s %(version)s here.", name=name, version=version))
    return row
