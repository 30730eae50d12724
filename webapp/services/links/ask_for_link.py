"""“Send me a new link”: the request only writes the address down, so that neither words nor time tell who is known."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Invalid
from webapp.records import LinkRequest, Organisation
from webapp.services.read_invitation_list import is_address, plain_address


def ask_for_link(session: Session, email: str, organisation_id: uuid.UUID | None = None) -> None:
    """Note that somebody wants a link at this address; the worker looks for it and forgets it."""
    if not is_address(email.strip()):
        raise Invalid([_("Give a full e-mail address, such as name@example.org.")])
    known = organisation_id and session.scalar(select(Organisation.id).where(Organisation.id == organisation_id))
    session.add(LinkRequest(organisation_id=known or None, email=plain_address(email)))
    session.flush()
