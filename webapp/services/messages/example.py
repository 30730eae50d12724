"""A template as somebody would read it."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.records import Organisation
from webapp.services.messages.placeholders import fill
from webapp.services.messages.templates import Texts, checked


def read_as_somebody(session: Session, organisation_id: uuid.UUID, texts: Texts) -> dict[str, dict[str, str]]:
    """By language; `Invalid` for what nobody could read. The personal link stays a placeholder."""
    company = session.get_one(Organisation, organisation_id)
    values = {
        "name": _("Ona Example"),
        "vacancy": _("Service adviser"),
        "company": company.name,
        "contact": company.contact_email,
        "my_page": "{my_page}",
    }
    return {code: {part: fill(words, values) for part, words in each.items()} for code, each in checked(texts).items()}
