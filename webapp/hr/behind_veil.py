"""Addresses of people on pages that may show a code: nobody can put them beside a page that shows the name.

Whoever also recruits sees a hidden person by code where recruiters' requests or results are told, and by name where
somebody is granted time or let take a test again. One id in both addresses would join them.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app, request
from werkzeug.routing import BaseConverter, ValidationError

from webapp.errors import NotFound
from webapp.extensions import db
from webapp.hr.reading import hidden_here
from webapp.security import current_user, unveiled, veiled
from webapp.services.manage_invitation import get_applicant

PURPOSE = "person of HR"


class VeiledConverter(BaseConverter):
    """An id that this site alone can read. A bare id is read too: see `refuse_bare`."""

    regex = r"[A-Za-z0-9_-]{36,120}"

    def to_python(self, value: str) -> uuid.UUID:
        read = unveiled(current_app.config["SECRET_KEY"], PURPOSE, value)
        try:
            return uuid.UUID(read if read is not None else value)
        except ValueError:
            raise ValidationError from None

    def to_url(self, value: Any) -> str:
        return veiled(current_app.config["SECRET_KEY"], PURPOSE, str(value))


def refuse_bare(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Whoever also recruits knows bare ids beside names: by them no page of a hidden person is opened."""
    rule = request.url_rule
    if not values or rule is None or "<veiled:" not in rule.rule:
        return
    me, person = current_user(), values["applicant_id"]
    written = veiled(current_app.config["SECRET_KEY"], PURPOSE, str(person))
    if written in request.path or "recruiter" not in getattr(me, "roles", ()):
        return
    if hidden_here(get_applicant(db.session, me.organisation_id, person)):
        raise NotFound
