"""A question that was set aside, and a form on which its page can be read."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import ItemSetAside
from webapp.services.read_questionnaire import read_questionnaire


def find_set_aside(session: Session, organisation_id: uuid.UUID, set_aside_id: uuid.UUID) -> tuple[ItemSetAside, str]:
    row = session.get(ItemSetAside, (organisation_id, set_aside_id))
    if row is None:
        raise NotFound
    questionnaire = read_questionnaire(session, organisation_id, row.questionnaire_id)
    forms = (form.id for form in questionnaire.forms if row.item_id in {i.id for i in questionnaire.items_of(form.id)})
    return row, next(forms)
