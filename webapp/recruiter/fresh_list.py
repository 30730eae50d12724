"""A list that is about to be read: who waits gets a place first."""

from __future__ import annotations

import uuid

from webapp.extensions import db
from webapp.security import current_user
from webapp.services.read_vacancy import get_vacancy
from webapp.services.shortlist.bring_up import bring_up, is_behind


def bring_list_up(vacancy_id: uuid.UUID) -> None:
    """A short writing transaction, and only where somebody waits."""
    owner = current_user().organisation_id
    if is_behind(db.session, get_vacancy(db.session, owner, vacancy_id)):
        with db.transaction() as writing:
            bring_up(writing, owner, vacancy_id)
